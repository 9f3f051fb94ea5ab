/// What systemd-networkd is told to do with rules and routes that it did not make, from
/// networkd.conf(5) and its drop-ins. Blocks: for the slow lane only.
public struct NetworkdSettings: Equatable {
  private(set) var managesForeignRules = true
  private(set) var managesForeignRoutes = true

  /// Why it is in the way, and what mends that; nil: it is not, or does not run here.
  static var trouble: String? {
    let lines = lackingLines
    guard !lines.isEmpty else { return nil }
    return
      "systemd-networkd removes our rules and routes each time it starts or configures a link, "
      + "until they are put back; write `[Network]` and \(lines.map { "`\($0)`" }.joined(separator: ", ")) "
      + "on lines of their own to /etc/systemd/networkd.conf.d/siaga.conf, and restart systemd-networkd"
  }

  /// What its settings would have to say; nothing where it does not run in our network namespace.
  public static var lackingLines: [String] {
    guard NetlinkPrograms.include("systemd-networkd") else { return [] }
    let settings = NetworkdSettings(root: "")
    return (settings.managesForeignRules ? ["ManageForeignRoutingPolicyRules=no"] : [])
      + (settings.managesForeignRoutes ? ["ManageForeignRoutes=no"] : [])
  }

  /// - Parameter root: before each path.
  init(root: String) {
    // The first one there hides the others.
    let main = Self.folders.lazy.compactMap { FileText.read("\(root)\($0)/networkd.conf") }.first
    main.map { take($0) }
    for text in Self.dropIns(root) { take(text) }
  }

  private static let folders = [
    "/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd",
  ]

  /// By name; of one name the first folder's.
  private static func dropIns(_ root: String) -> [String] {
    var paths: [String: String] = [:]
    for folder in folders.reversed() {
      let directory = "\(root)\(folder)/networkd.conf.d"
      for name in FileText.names(in: directory) where name.hasSuffix(".conf") {
        paths[name] = "\(directory)/\(name)"
      }
    }
    return paths.sorted { $0.key < $1.key }.compactMap { FileText.read($0.value) }
  }

  /// The last word counts; an empty one, or what is no word for yes or no, says nothing.
  private mutating func take(_ text: String) {
    var section = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: "=", maxSplits: 1).map { $0.trimmed }
      if line.trimmed.hasPrefix("[") { section = line.trimmed }
      guard section == "[Network]", words.count == 2, let isSo = Self.truth(words[1]) else {
        continue
      }
      switch words[0] {
      case "ManageForeignRoutingPolicyRules": managesForeignRules = isSo
      case "ManageForeignRoutes": managesForeignRoutes = isSo
      default: break
      }
    }
  }

  /// As systemd.syntax(7) has it.
  private static func truth(_ word: String) -> Bool? {
    switch word.lowercased() {
    case "1", "yes", "y", "true", "t", "on": true
    case "0", "no", "n", "false", "f", "off": false
    default: nil
    }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
