import API
import Config
import Engine
import Kernel
import Model
import Pilot
import Synchronization

/// The API's view of the daemon: answers from a copy of the core.
final class Service: Operations {
  private let core: Core
  private let views: ViewDesk
  private let files: ConfigFile
  private let identity: Identity

  init(core: Core, files: ConfigFile, identity: Identity) {
    self.core = core
    views = ViewDesk(core: core)
    self.files = files
    self.identity = identity
  }

  func status() async -> StatusSnapshot {
    await views.view().status(identity, configFile: files.inForce)
  }

  func decisions(after id: UInt64) async -> [DecisionStatus] {
    await views.view().decisions(after: id)
  }

  func explanation(of group: String) async -> Explanation? {
    await views.view().explanation(of: group)
  }

  func metrics() async -> String {
    let view = await views.view()
    return Metrics.text(view, view.status(identity, configFile: files.inForce))
  }

  func carryOut(_ order: Order) async throws(OrderRefused) -> Answer {
    do throws(CommandRefused) {
      return Answer(message: try await core.carryOut(command(order)))
    } catch {
      throw OrderRefused(error.sentence)
    }
  }

  func probe(_ member: String) async throws(OrderRefused) -> MemberProbe {
    do throws(CommandRefused) {
      return try await core.inquire(.uplink(UplinkName(member)))
    } catch {
      throw OrderRefused(error.sentence)
    }
  }

  func plan(_ text: String) async throws(OrderRefused) -> Answer {
    let configuration = try parse(text)
    let view = await views.view()
    let rehearsal = view.plan(configuration)
    return Answer(
      message: rehearsal.sentence(counting: rehearsal.changes), changes: view.lines(of: rehearsal))
  }

  /// Takes the configuration and stores it as the daemon's own file.
  func apply(_ text: String) async throws(OrderRefused) -> Answer {
    let configuration = try parse(text)
    let view = await views.view()
    let rehearsal = view.plan(configuration)
    let lines = view.lines(of: rehearsal)
    if let failure = files.store(text) { throw OrderRefused(failure) }
    await core.handle(.configured(configuration))
    return Answer(
      message: "applied and stored as \(files.path): "
        + (rehearsal.changes.isEmpty
          ? "nothing had to change" : rehearsal.sentence(counting: rehearsal.changes)),
      changes: lines)
  }

  private func parse(_ text: String) throws(OrderRefused) -> Configuration {
    do throws(ConfigSource.Unusable) {
      return try ConfigSource.read(Array(text.utf8), name: "config")
    } catch {
      throw OrderRefused("the configuration is not valid", problems: error.problems)
    }
  }

  private func command(_ order: Order) -> Command {
    switch order {
    case .pin(let group, let member, let isHard):
      .pin(GroupName(group), .uplink(UplinkName(member)), isHard: isHard)
    case .failback(let group): .failback(GroupName(group))
    case .auto(let group): .auto(GroupName(group))
    case .drain(let member, let isForced):
      .drain(.uplink(UplinkName(member)), isForced: isForced)
    case .undrain(let member): .undrain(.uplink(UplinkName(member)))
    }
  }
}

/// The daemon's own configuration file, and the one before it as `.previous`.
final class ConfigFile: Sendable {
  let path: String
  private let exists: Mutex<Bool>

  init(path: String, exists: Bool) {
    self.path = path
    self.exists = Mutex(exists)
  }

  /// Whether the daemon goes by this file; without it, by the machine's default routes.
  var isInForce: Bool { exists.withLock { $0 } }

  /// Its path, if it is in force.
  var inForce: String? { isInForce ? path : nil }

  /// It was read, and taken.
  func wasTaken() {
    exists.withLock { $0 = true }
  }

  /// - Returns: why it could not be stored.
  func store(_ text: String) -> String? {
    let old = FileText.read(path)
    if let old, old != text {
      if let code = FileText.replace(path + ".previous", with: old, mode: 0o644) {
        return
          "the old file could not be kept as \(path).previous (\(ErrorName.of(code))); nothing was changed"
      }
    }
    if let code = FileText.replace(path, with: text, mode: 0o644) {
      return "the file could not be stored as \(path) (\(ErrorName.of(code))); nothing was changed"
    }
    exists.withLock { $0 = true }
    return nil
  }
}
