import Model

extension Configuration {
  /// The reference page of the file, `docs/config.md`, in Markdown.
  public static var reference: String {
    let sections = [
      UplinkDraft.section.outline, LANDraft.section.outline, CheckDraft.section.outline,
      NodeDraft.section.outline, NodeDraft.ownUplink.outline,
      ClusterDraft.section.outline, ProcessDraft.section.outline, GroupDraft.section.outline,
      VirtualAddressDraft.section.outline, BondDraft.section.outline,
      MatchDraft.section.outline, FailbackDraft.section.outline, DampingDraft.section.outline,
      FlowsDraft.section.outline, HookDraft.section.outline,
    ]
    let file = FileDraft.section.outline
    let top = "## \(file.title)\n\n\(file.page)"
    return ([opening, top] + sections.map { "## `\($0.title)`\n\n\($0.page)" })
      .joined(separator: "\n")
  }

  private static let opening = """
    # The configuration file

    <!-- Made from the declarations in Sources/Config/Keys; do not edit. -->

    One YAML file, by default `/etc/siaga/siaga.yaml`. `siaga check` names all that is wrong \
    with it at once, each with its place; `siaga check --resolved` prints it with every default \
    filled in; `siaga schema` prints its JSON Schema for editors.

    ```yaml
    uplinks:
      isp1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
      isp2: { interface: ether2, address: 10.20.1.2/24, gateway: 10.20.1.1, nat: masquerade }
    checks:
      gateway: { ping: gateway, every: 10s, timeout: 1s, fall: 2, rise: 1 }
    groups:
      internet:
        route: default
        tiers: [[isp1], [isp2]]
        check: gateway
        failback: auto
    ```

    - A key that is not in this version is refused, never ignored, and so is an unknown one.
    - A duration is a whole number with a unit: `500ms`, `10s`, `5m`, `1h`.
    - A name has at most \(NameRule.longest) characters (that of a check \
    \(NameRule.longestOfCheck)) of `A–Z`, `a–z`, `0–9`, `.`, `_` and `-`. Words such as `on` \
    or `no` are names like any other.
    - Anchors, aliases, merge keys and tags of YAML are refused: the file says what it says.

    """
}

extension SectionOutline {
  fileprivate var page: String {
    let rows = keys.map { key in
      "| `\(key.name)` | \(key.shape.cell) | \(key.absence.cell) | \(key.doc) |\n"
    }
    let table = """
      \(doc)

      | Key | Value | Left out | What it is |
      |---|---|---|---|
      \(rows.joined())
      """
    return later.isEmpty
      ? table : table + "\nNot in this version: \(later.map(\.shown).spoken("and")).\n"
  }
}

extension Shape {
  /// `phrase`, where sections have a chapter of their own.
  fileprivate var cell: String {
    switch self {
    case .named(.section(let outline), let what, _): "\(what) (see `\(outline.title)`)"
    case .either(let shapes): shapes.flatMap { $0.alternatives(\.cell) }.spoken()
    case .section(let outline): "a mapping (see `\(outline.title)`)"
    case .oneOrMore(let one, _): "\(one.cell), or a list of these"
    case .text, .words, .number, .duration, .percent, .mask, .list, .named, .inset, .reference:
      phrase
    }
  }
}

extension KeyOutline.Absence {
  fileprivate var cell: String {
    switch self {
    case .required, .requiredSaying: "required"
    case .requiredUnless(let keys, _):
      "required, unless there are \(keys.map(\.shown).spoken())"
    case .alternative: "another kind is given"
    case .value(let text): text.shown
    case .means(let words): words
    }
  }
}
