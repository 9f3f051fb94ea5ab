import FoundationEssentials
import Glibc

/// The ratios of a run, kept in a file for later runs to be held against.
struct Ratios: Codable {
  private(set) var rows: [Held]

  init(_ rows: [Row]) {
    self.rows = rows.compactMap(\.held).sorted { $0.name < $1.name }
  }

  init(reading path: String) throws(RatiosError) {
    do {
      self = try JSONDecoder().decode(Ratios.self, from: Data(contentsOf: .init(filePath: path)))
    } catch {
      throw .unreadable(path, "\(error)")
    }
  }

  /// What was not measured this time stays as it was.
  func write(to path: String) throws(RatiosError) {
    var kept = self
    if access(path, F_OK) == 0 {
      let measured = Set(rows.map(\.name))
      kept.rows += try Ratios(reading: path).rows.filter { !measured.contains($0.name) }
      kept.rows.sort { $0.name < $1.name }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try (encoder.encode(kept) + Data("\n".utf8)).write(to: .init(filePath: path))
    } catch {
      throw .unwritable(path, "\(error)")
    }
  }

  /// One line for each row that both have, the worse ones marked, and whether there is none.
  func compared(to before: Ratios) -> (table: String, isNoWorse: Bool) {
    let earlier = Dictionary(before.rows.map { ($0.name, $0) }) { first, _ in first }
    let width = rows.map(\.name.count).max() ?? 0
    var lines: [String] = []
    var isNoWorse = true
    for row in rows {
      let name = row.name + String(repeating: " ", count: width - row.name.count)
      guard let then = earlier[row.name] else {
        lines.append("\(name)  \(text(row.ratio))  new")
        continue
      }
      let isWorse = row.isWorse(than: then)
      if isWorse { isNoWorse = false }
      lines.append("\(name)  \(text(then.ratio)) → \(text(row.ratio))\(isWorse ? "  WORSE" : "")")
    }
    return (lines.joined(separator: "\n"), isNoWorse)
  }

  private func text(_ ratio: Double) -> String {
    "\((ratio * 10_000).rounded() / 10_000)"
  }
}

enum RatiosError: Error, CustomStringConvertible {
  case unreadable(String, String)
  case unwritable(String, String)

  var description: String {
    switch self {
    case .unreadable(let path, let why):
      "cannot read the ratios in \(path) (\(why)); `make bench` writes them"
    case .unwritable(let path, let why): "cannot write the ratios to \(path) (\(why))"
    }
  }
}
