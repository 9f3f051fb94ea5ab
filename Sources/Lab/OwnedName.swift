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

  /// Those in a directory, sorted.
  static func all(in directory: String) -> [OwnedName] {
    guard let listing = opendir(directory) else { return [] }
    defer { closedir(listing) }
    var found: [OwnedName] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let owned = OwnedName(parsing: name) { found.append(owned) }
    }
    return found.sorted { $0.text < $1.text }
  }
}
