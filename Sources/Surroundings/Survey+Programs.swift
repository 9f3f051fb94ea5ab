import Config
import Doctor
import Glibc
import Kernel
import Model

extension Survey {
  /// Programs that Siaga runs, and others who manage the network.
  mutating func lookAtPrograms() {
    var missing: [MissingProgram] = []
    if !Self.isProgram("nft") {
      missing.append(MissingProgram(path: "nft", purpose: "it loads siaga's nftables table"))
    }
    for (path, purpose) in named where !Self.isProgram(path) {
      missing.append(MissingProgram(path: path, purpose: purpose))
    }
    facts.missing = missing
    let lines = NetworkdSettings.lackingLines
    facts.networkd = lines.isEmpty ? nil : lines.joined(separator: "\n")
    if Self.isProgram("ifup") { facts.ifupdown = Self.ifupdown }
    guard geteuid() == 0 else {
      facts.unseen.append("capabilities of root: siaga doctor was not started as root")
      return
    }
    facts.missingCapabilities = Capability.missing
  }

  /// Those of the file, each once.
  private var named: [(String, String)] {
    guard let configuration = facts.configuration else { return [] }
    let hooks = configuration.hooks + configuration.groups.flatMap(\.hooks)
    let programs = configuration.checks.flatMap { check -> [(String, String)] in
      guard case .exec = check.kind else { return [] }
      return check.targets.compactMap { target in
        guard case .path(let path) = target else { return nil }
        return (path, "check \(check.name)")
      }
    }
    return (programs + hooks.compactMap { $0.words.first.map { ($0, "told of changes") } })
      .reduce(into: []) { all, next in
        if !all.contains(where: { $0.0 == next.0 }) { all.append(next) }
      }
  }

  static func isProgram(_ name: String) -> Bool {
    guard !name.contains("/") else { return access(name, X_OK) == 0 }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  /// interfaces(5): those that are given addresses there.
  private static var ifupdown: Set<InterfaceName> {
    let folder = "/etc/network/interfaces.d"
    let files = ["/etc/network/interfaces"] + FileText.names(in: folder).map { "\(folder)/\($0)" }
    return Set(
      files.flatMap(FileText.lines).compactMap { line in
        let words = line.split(separator: " ")
        guard words.count > 3, words[0] == "iface", ["static", "dhcp"].contains(words[3]) else {
          return nil
        }
        return InterfaceName(String(words[1]))
      })
  }
}
