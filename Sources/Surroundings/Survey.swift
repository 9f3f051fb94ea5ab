import Client
import Config
import Doctor
import Glibc
import Kernel
import Model
import YAML

/// Finds out about this machine what `siaga doctor` judges, and changes nothing. Blocks, but for
/// what it asks the daemon.
public struct Survey {
  private let file: String?
  private let standardFile: String
  private let socket: String
  private let stateDirectory: String
  var facts = Facts()

  /// - Parameter file: nil: the daemon's own, or the standard one.
  public init(file: String?, standardFile: String, socket: String, stateDirectory: String) {
    self.file = file
    self.standardFile = standardFile
    self.socket = socket
    self.stateDirectory = stateDirectory
  }

  public mutating func facts() async -> Facts {
    facts = Facts()
    let processes = ProcessTable()
    facts.programs = processes.programs
    if processes.isPartial {
      facts.unseen.append("programs of other users: only root sees them all")
    }
    await askDaemon(processes)
    let daemon = processes.daemon
    let owner = daemon.flatMap { ProcessTable.owner(of: $0.process) }
    readFile(owner: owner)
    readKernel()
    facts.place = Places(socket: socket, state: daemon?.option("--state-dir") ?? stateDirectory)
      .facts(
        user: owner)
    lookAtPrograms()
    lookAtFirewall()
    lookAtMachine(as: daemon?.process)
    askNeighbors()
    return facts
  }

  private mutating func askDaemon(_ processes: ProcessTable) async {
    let client = DaemonClient(socket: socket, timeout: .seconds(5))
    do throws(DaemonError) {
      let status = try await client.status()
      // One of an older version does not tell.
      facts.daemon = .answers(status, runs: try? await client.configuration().text)
    } catch {
      guard ProcessTable.isClaimed else { return }
      if case .unreachable(_, .notAllowed) = error {
        facts.daemon = .answersOthers
        facts.unseen.append("what the daemon says: \(error)")
        return
      }
      facts.daemon = .silent(
        process: processes.daemon?.process ?? 0,
        socket: processes.daemon?.option("--socket").flatMap { $0 == socket ? nil : $0 })
    }
  }

  /// - Parameter owner: whose the daemon is; nil: none runs, and its unit would start it as `siaga`.
  private mutating func readFile(owner: uid_t?) {
    var own: String?
    if case .answers(let status, _) = facts.daemon { own = status.configFile }
    let path = file ?? own ?? standardFile
    do throws(SystemError) {
      guard let bytes = try FileText.load(path) else {
        return facts.file = .none(path: path)
      }
      facts.file = Self.reading(of: bytes, path)
      let user = owner ?? getpwnam("siaga")?.pointee.pw_uid
      if let user, let mode = Places.closedMode(of: path, to: user) {
        facts.file = .unreadable(
          path: path, reason: "its mode is \(mode), and siaga is another user")
      }
    } catch {
      guard geteuid() == 0 else {
        // What we may not read the daemon may.
        facts.file = .none(path: path)
        return facts.unseen.append("the configuration: \(error)")
      }
      facts.file = .unreadable(path: path, reason: ErrorName.words(error.code))
    }
  }

  private static func reading(of bytes: [UInt8], _ path: String) -> ConfigurationFile {
    do throws(ConfigProblems) {
      let reading = try readConfigurationAndWarnings(bytes)
      return .valid(
        path: path, reading.configuration.here(on: hostName),
        warnings: reading.warnings.map { "\($0)" })
    } catch {
      return .invalid(path: path, problems: error.lines(in: path))
    }
  }

  /// As the daemon would call this machine where its file does not.
  private static var hostName: NodeName {
    let bytes = FileText.bytes("/proc/sys/kernel/hostname", limit: 256) ?? []
    return NodeName(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  private mutating func readKernel() {
    do throws(SystemError) {
      let reader = try KernelReader()
      facts.kernel = try reader.state()
      facts.wideRoutes = try reader.wideRoutes()
    } catch {
      if ErrorName.of(error.code) == "EOPNOTSUPP" { facts.lacking.insert(.rules) }
      facts.unseen.append("links, routes and rules: \(error)")
    }
    for sysctl in facts.settingsToRead { facts.settings[sysctl] = SysctlFiles.read(sysctl) }
    for link in facts.kernel?.links.values.map(\.name) ?? [] {
      facts.packetSizes[link] = FileText.number("/sys/class/net/\(link)/mtu")
      if FileText.names(in: "/sys/class/net/\(link)").contains("phy80211") {
        facts.wireless.insert(link)
      }
    }
  }
}
