import Kernel
import Model
import Reconcile

/// `run --cleanup`: removes all that is ours and restores what we set.
public enum Cleanup {
  /// - Returns: what was done, a line each, as an operator would have typed it.
  /// - Throws: what could not be undone.
  public static func run(stateDirectory: String) throws -> [String] {
    let claim: Claim
    do { claim = try Claim() } catch { throw DaemonFailure(error.sentence) }
    defer { claim.release() }
    let state = try KernelReader().state()
    let writer = try KernelWriter()
    let changes = state.changes(to: .nothing).filter { $0.lane == .netlink }
    var done: [String] = []
    var failed: [String] = []
    for (change, failure) in zip(changes, writer.apply(changes)) {
      if let failure, !change.isAlreadySo(failure.code) {
        failed.append(change.sentence(failure) { state.links[$0]?.name })
      } else {
        done.append(change.line { state.links[$0]?.name })
      }
    }
    if NFTables.listing != nil {
      if let failure = NFTables.remove() {
        failed.append(Change.removeFirewall.sentence(failure) { _ in nil })
      } else {
        done.append(Change.removeFirewall.line { _ in nil })
      }
    }
    let sysctls = SysctlFiles(recordPath: Paths.sysctlRecord(stateDirectory))
    done += sysctls.recorded.map { "sysctl -w \($0.text)=\($1)" }
    for (sysctl, failure) in sysctls.restore() {
      failed.append("\(sysctl.text) could not be restored (\(failure.name))")
    }
    do throws(SystemError) {
      let restored = try NameServerRecord.restore(from: Paths.nameServerRecord(stateDirectory))
      restored.map { done.append("# \($0) is as it was") }
    } catch {
      failed.append("\(error)")
    }
    guard failed.isEmpty else { throw DaemonFailure(failed.joined(separator: "\n")) }
    return done
  }
}

/// Why the daemon cannot start, or go on.
public struct DaemonFailure: Error, CustomStringConvertible, Sendable {
  public let description: String
  public let isUsage: Bool  // a wrong configuration: exit code 2

  public init(_ description: String, isUsage: Bool = false) {
    self.description = description
    self.isUsage = isUsage
  }
}

/// Where the daemon keeps what outlives it.
enum Paths {
  static func memory(_ stateDirectory: String) -> String { "\(stateDirectory)/memory.json" }
  static func nameServerRecord(_ stateDirectory: String) -> String {
    "\(stateDirectory)/resolv.conf"
  }
  static func sysctlRecord(_ stateDirectory: String) -> String { "\(stateDirectory)/sysctls" }
}
