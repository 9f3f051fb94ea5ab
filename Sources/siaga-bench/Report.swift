/// The table, for people and for the documentation.
struct Report {
  let rows: [Row]
  let failures: [String]
  let machine: Machine
  let runs: Int
  let isInLab: Bool

  var plain: String {
    let blocks = rows.map { row in
      ([
        row.what,
        "  median \(row.series.medianText), worst \(row.series.worstText);"
          + " target \(row.target.text): \(row.isMet ? "met" : "MISSED")",
      ] + row.peers.map { "  beside it: \($0)" }).joined(separator: "\n")
    }
    let notMeasured = failures.map { "not measured: \($0)" }
    return ([machine.text, ""] + blocks + notMeasured).joined(separator: "\n")
  }

  var markdown: String {
    """
    # Measured

    On \(machine.text).

    \(setting)

    | What | Median | Worst | Target | | Beside it, in the same run |
    |---|---|---|---|---|---|
    \(rows.map(line).joined(separator: "\n"))
    \(failures.isEmpty ? "" : "\nNot measured:\n" + failures.map { "- \($0)\n" }.joined())
    Measure it again, as root, with `\(isInLab ? "make bench-bonds" : "make bench")` (or `siaga-bench --siaga PATH --runs 10
    --only NAME`). Lost packets are counted: those sent from one namespace at an even pace and
    not received in the other, after 100 ms of patience. An outage is the time from the first
    lost packet of the longest run to the next that arrived.
    \(isInLab ? "" : Self.bonds)
    """
  }

  private static let bonds = """

    Bonds and Wi-Fi, in the kernel lab, the manual's four files among them:
    [benchmarks-bonds.md](benchmarks-bonds.md).

    """

  private var setting: String {
    isInLab
      ? """
      At least \(runs) runs each in the kernel lab: Debian's kernel on an emulated processor, with whatever
      stands beside it in the same boot. All is slower there than on a machine, and a packet goes out
      each 5 ms.
      """
      : """
      At least \(runs) runs each, everything in network namespaces of one machine, so the times are
      the program's and the kernel's, not a cable's.
      """
  }

  private func line(_ row: Row) -> String {
    let cells = [
      row.what, row.series.medianText, row.series.worstText, row.target.text,
      row.isMet ? "met" : "**missed**", row.peers.joined(separator: "; "),
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
