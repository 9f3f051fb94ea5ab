import Glibc

/// `siaga-TAG-PID-ROLE`: what the laboratory makes on the machine is named so, so that whoever
/// finds it knows whose it is and whether its owner still lives.
struct OwnedName {
  static let prefix = "siaga"

  let text: String
  let owner: Int32

  init(tag: String, role: String) {
    precondition(!tag.contains("-"), "a tag is one word: \(tag)")
    owner = getpid()
    text = "\(Self.prefix)-\(tag)-\(owner)-\(role)"
  }

  init?(parsing text: String) {
    let parts = text.split(separator: "-", maxSplits: 3)
    guard parts.count == 4, parts[0] == Self.prefix, let owner = Int32(parts[2]) else {
      return nil
    }
    self.text = text
    self.owner = owner
  }

  var isOurs: Bool { owner == getpid() }

  var isLeftover: Bool { kill(owner, 0) != 0 && errno == ESRCH }

  /// Those in a directory, sorted; none where there is no directory yet.
  static func all(in directory: String) throws(LabError) -> [OwnedName] {
    guard access(directory, F_OK) == 0 else { return [] }
    return try Directory.names(in: directory).compactMap(OwnedName.init(parsing:))
  }
}
