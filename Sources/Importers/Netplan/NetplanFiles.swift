import Config

/// netplan's files as one tree: of files of one name that of /run counts before that of /etc, and
/// that before /lib's; the others are merged in the order of their names.
struct NetplanFiles {
  private var root: NetplanNode?
  private(set) var left: [(place: SourcePlace, statement: String, why: String)] = []
  private(set) var replaced: [(earlier: SourcePlace, later: SourcePlace)] = []

  init(_ files: [SourceFile], _ yaml: ImportFormat.YAMLReader) {
    for file in counting(files) {
      switch yaml(file) {
      case .success(let node): take(node, of: file)
      case .failure(let problems):
        for problem in problems.listed {
          leave(file, problem.position.line, "the file", problem.message.withoutQuotations)
        }
      }
    }
  }

  private mutating func take(_ node: ConfigNode, of file: SourceFile) {
    guard case .mapping(let entries) = node.content else {
      return leave(file, node.position.line, "the file", "it has no `network:` at its top")
    }
    for entry in entries {
      guard entry.key == "network" else {
        leave(
          file, entry.position.line, entry.key.printable, "netplan knows only `network:` there")
        continue
      }
      var told: [(SourcePlace, SourcePlace)] = []
      let network = NetplanNode(entry.value, in: file.name) { told.append(($0, $1)) }
      if root == nil { root = network } else { root?.merge(network) { told.append(($0, $1)) } }
      replaced += told.map { (earlier: $0.0, later: $0.1) }
    }
  }

  private mutating func leave(
    _ file: SourceFile, _ line: Int, _ statement: String, _ why: String
  ) {
    left.append((SourcePlace(file: file.name, line: line), statement, why))
  }

  private mutating func counting(_ files: [SourceFile]) -> [SourceFile] {
    struct Entry {
      let name: String
      let file: SourceFile
      let rank: Int
      let order: Int
    }
    let directories = ["/run/netplan", "/etc/netplan", "/lib/netplan"]
    let entries = files.enumerated().map { order, file in
      let parts = file.name.split(separator: "/")
      let directory = "/" + parts.dropLast().joined(separator: "/")
      return Entry(
        name: parts.last.map { String($0) } ?? "", file: file,
        rank: directories.firstIndex { directory.hasSuffix($0) } ?? 1, order: order)
    }
    var kept: [String: Entry] = [:]
    for entry in entries.sorted(by: { ($0.rank, $0.order) < ($1.rank, $1.order) }) {
      if !entry.name.hasSuffix(".yaml"), files.count > 1 {
        leave(entry.file, 1, "the file", "netplan reads only files whose names end in .yaml")
      } else if let first = kept[entry.name] {
        leave(entry.file, 1, "the file", "\(first.file.name) replaces it")
      } else {
        kept[entry.name] = entry
      }
    }
    return kept.values.sorted { $0.name < $1.name }.map(\.file)
  }
}

extension NetplanFiles {
  /// In the order in which they come first; each of their lines is told of.
  func devices(_ lines: inout NetplanLines) -> [NetplanDevice] {
    var devices: [NetplanDevice] = []
    guard let root else { return [] }
    let renderer = root["renderer"]?.text
    for entry in root.entries {
      guard NetplanDevice.sections.contains(entry.key) else {
        let isKnown = ["version", "renderer"].contains(entry.key)
        lines.take(entry, isKnown ? .carried : .left("`\(entry.key.printable)` is not Siaga's"))
        continue
      }
      for place in entry.places { lines.add(place, entry.key, .carried) }
      let sectionRenderer = entry.value["renderer"]?.text ?? renderer
      for device in entry.value.entries {
        if device.key == "renderer" {
          lines.take(device, .carried)
          continue
        }
        lines.take(device, in: entry.key)
        devices.append(
          NetplanDevice(
            section: entry.key, id: device.key, node: device.value, place: device.place,
            isByNetworkManager: (device.value["renderer"]?.text ?? sectionRenderer)
              == "NetworkManager"))
      }
    }
    return devices
  }
}

extension String {
  /// A message without what it quotes, which may be a secret.
  fileprivate var withoutQuotations: String {
    split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset % 2 == 0 ? String($0.element) : "…" }.joined()
  }
}
