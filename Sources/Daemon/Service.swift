import API
import Config
import Engine
import Kernel
import Model
import Pilot
import Synchronization

/// The API's view of the daemon: answers from a copy of the core, so that many askers cost the
/// loop no more than a few copies a second.
final class Service: Operations {
  private struct Cached {
    let view: CoreView
    let takenAt: Instant
  }

  private static let freshness = Duration.milliseconds(20)

  private let core: Core
  private let files: ConfigFile
  private let identity: Identity
  private let cache = Mutex<Cached?>(nil)

  init(core: Core, files: ConfigFile, identity: Identity) {
    self.core = core
    self.files = files
    self.identity = identity
  }

  private func view() async -> CoreView {
    let now = Clock.now
    if let cached = cache.withLock({ $0 }), now - cached.takenAt < Self.freshness {
      return cached.view
    }
    let view = await core.view
    cache.withLock { $0 = Cached(view: view, takenAt: now) }
    return view
  }

  private func forget() {
    cache.withLock { $0 = nil }
  }

  func status() async -> StatusSnapshot { await view().status(identity, configFile: files.inForce) }

  func decisions(after id: UInt64) async -> [DecisionStatus] {
    await view().decisions(after: id)
  }

  func explanation(of group: String) async -> Explanation? {
    await view().explanation(of: group)
  }

  func metrics() async -> String {
    let view = await view()
    return Metrics.text(view, view.status(identity, configFile: files.inForce))
  }

  func carryOut(_ order: Order) async throws(OrderRefused) -> Answer {
    defer { forget() }
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
    forget()
    let view = await view()
    let rehearsal = view.plan(configuration)
    return Answer(
      message: rehearsal.sentence(counting: rehearsal.changes), changes: view.lines(of: rehearsal))
  }

  /// Takes the configuration and stores it as the daemon's own file.
  func apply(_ text: String) async throws(OrderRefused) -> Answer {
    let configuration = try parse(text)
    forget()
    let view = await view()
    let rehearsal = view.plan(configuration)
    if let failure = files.store(text) { throw OrderRefused(failure) }
    await core.handle(.configured(configuration))
    forget()
    return Answer(
      message: "applied and stored as \(files.path): "
        + (rehearsal.changes.isEmpty
          ? "nothing had to change" : rehearsal.sentence(counting: rehearsal.changes)),
      changes: view.lines(of: rehearsal))
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
