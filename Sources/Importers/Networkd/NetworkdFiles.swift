/// A directory tree of networkd's: which files count, in which order, and why others do not
/// (systemd.network(5)).
struct NetworkdFiles {
  /// A file with its drop-ins, as one.
  struct Unit {
    let name: String  // `eth0.network`
    var sections: [UnitFile.Section]
    let place: SourcePlace  // its first line
  }

  private(set) var units: [Unit] = []  // by name
  private(set) var replaced: [(file: UnitFile, why: String)] = []
  private(set) var mistakes: [(place: SourcePlace, why: String)] = []

  private struct Entry {
    let file: UnitFile
    let name: String
    let owner: String?  // of a drop-in: the file that it adds to
    let rank: Int
    let order: Int
  }

  init(_ files: [SourceFile]) {
    let entries = files.enumerated().map { order, file in
      Self.entry(UnitFile(file), order: order)
    }
    let isKnown: (Entry) -> Bool = { entry in
      Self.kinds.contains { (entry.owner ?? entry.name).hasSuffix($0) }
        && (entry.owner == nil || entry.name.hasSuffix(".conf"))
    }
    for entry in entries where !isKnown(entry) {
      replaced.append((entry.file, "networkd reads no file of such a name"))
    }
    let known = entries.filter(isKnown)
    mistakes = known.flatMap(\.file.mistakes)
    let mains = counting(known.filter { $0.owner == nil })
    let dropIns = Dictionary(grouping: counting(known.filter { $0.owner != nil })) {
      $0.owner ?? ""
    }
    for main in mains {
      let parts = [main] + (dropIns[main.name] ?? [])
      units.append(
        Unit(
          name: main.name, sections: parts.flatMap(\.file.sections),
          place: SourcePlace(file: main.file.source.name, line: 1)))
    }
    let names = Set(mains.map(\.name))
    for (owner, entries) in dropIns.sorted(by: { $0.key < $1.key }) where !names.contains(owner) {
      for entry in entries { replaced.append((entry.file, "there is no file \(owner.printable)")) }
    }
  }

  private static let kinds = [".network", ".netdev", ".link"]

  /// Of files of one name that of the first directory, in the order of names; none where that is
  /// empty, for then it masks the others.
  private mutating func counting(_ entries: [Entry]) -> [Entry] {
    let sorted = entries.sorted { ($0.rank, $0.order) < ($1.rank, $1.order) }
    var first: [String: Entry] = [:]
    for entry in sorted {
      let key = "\(entry.owner ?? "")/\(entry.name)"
      guard let winner = first[key] else {
        first[key] = entry
        continue
      }
      let verb = winner.file.source.bytes.isEmpty ? "masks" : "replaces"
      replaced.append((entry.file, "\(winner.file.source.name) \(verb) it"))
    }
    return first.values.filter { !$0.file.source.bytes.isEmpty }.sorted { $0.name < $1.name }
  }

  private static func entry(_ file: UnitFile, order: Int) -> Entry {
    let parts = file.source.name.split(separator: "/", omittingEmptySubsequences: false)
    let name = parts.last.map { String($0) } ?? ""
    let folder = parts.dropLast().last.map { String($0) } ?? ""
    let isDropIn = folder.hasSuffix(".d")
    let directory =
      "/"
      + parts.dropLast(isDropIn ? 2 : 1).filter { !$0.isEmpty }
      .joined(separator: "/")
    return Entry(
      file: file, name: name, owner: isDropIn ? String(folder.dropLast(2)) : nil,
      rank: rank(of: directory), order: order)
  }

  /// What comes from elsewhere goes in the order in which it was given.
  private static func rank(of directory: String) -> Int {
    let places = [
      "/etc/systemd/network", "/run/systemd/network", "/usr/local/lib/systemd/network",
      "/lib/systemd/network",
    ]
    return places.firstIndex { directory.hasSuffix($0) } ?? 0
  }
}
