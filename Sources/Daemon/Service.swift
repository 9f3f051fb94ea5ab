import API
import Config
import Engine
import Kernel
import Model
import Pilot
import SimKit
import Synchronization

/// The API's view of the daemon: answers from a copy of the core.
final class Service: Operations {
  private let core: Core
  private let views: ViewDesk
  private let files: ConfigFile
  private let trials: TrialDesk
  private let identity: Identity

  init(
    core: Core, views: ViewDesk, files: ConfigFile, trials: TrialDesk, identity: Identity
  ) {
    self.core = core
    self.views = views
    self.files = files
    self.trials = trials
    self.identity = identity
  }

  func status() async -> StatusSnapshot {
    var status = await views.view().status(identity, configFile: files.inForce)
    status.trial = await trials.status
    return status
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

  func configuration() async -> RunningConfiguration {
    RunningConfiguration(file: files.inForce, text: await views.view().configurationText)
  }

  func carryOut(_ order: Order) async throws(OrderRefused) -> Answer {
    do throws(CommandRefused) {
      return Answer(message: try await core.carryOut(await command(order)))
    } catch {
      throw OrderRefused(error.sentence)
    }
  }

  func probe(_ member: String) async throws(OrderRefused) -> MemberProbe {
    do throws(CommandRefused) {
      return try await core.inquire(await core.member(named: member))
    } catch {
      throw OrderRefused(error.sentence)
    }
  }

  func plan(_ text: String) async throws(OrderRefused) -> Answer {
    let configuration = try parse(text)
    let view = await views.view()
    let rehearsal = view.plan(configuration)
    return Answer(
      message: rehearsal.sentence(counting: rehearsal.changes), changes: view.lines(of: rehearsal),
      interruptions: foreseen(from: view.configuration, to: configuration))
  }

  /// On a copy, and not on the loop: a settled machine is simulated, which takes a moment.
  private func foreseen(
    from old: Configuration, to new: Configuration
  ) -> [String]? {
    guard !old.groups.isEmpty else { return nil }
    return Foresight.interruptions(from: old, to: new)?.map(\.sentence)
  }

  /// Takes the configuration and stores it as the daemon's own file; on trial, it is stored only
  /// once it is confirmed.
  func apply(_ text: String, by operator: String, trial: TrialTerms?) async throws(OrderRefused)
    -> Answer
  {
    let configuration = try parse(text)
    let view = await views.view()
    let rehearsal = view.plan(configuration)
    let lines = view.lines(of: rehearsal)
    let done =
      if let trial {
        try await trials.begin(
          Trial.Proposal(text: text, configuration: configuration, by: `operator`, terms: trial))
      } else {
        try await trials.apply(text, configuration)
      }
    return Answer(
      message: done + ": "
        + (rehearsal.changes.isEmpty
          ? "nothing had to change" : rehearsal.sentence(counting: rehearsal.changes)),
      changes: lines)
  }

  func confirm(_ number: UInt64?, by operator: String) async throws(OrderRefused) -> Answer {
    Answer(message: try await trials.confirm(number, by: `operator`))
  }

  private func parse(_ text: String) throws(OrderRefused) -> Configuration {
    do throws(ConfigSource.Unusable) {
      return try ConfigSource.read(Array(text.utf8), name: "config")
    } catch {
      throw OrderRefused("the configuration is not valid", problems: error.problems)
    }
  }

  private func command(_ order: Order) async -> Command {
    switch order {
    case .pin(let group, let member, let isHard):
      .pin(GroupName(group), await core.member(named: member), isHard: isHard)
    case .failback(let group): .failback(GroupName(group))
    case .auto(let group): .auto(GroupName(group))
    case .drain(let member, let isForced):
      .drain(await core.member(named: member), isForced: isForced)
    case .undrain(let member): .undrain(await core.member(named: member))
    }
  }
}

extension Interruption {
  /// `internet: moves from isp1 to isp2; nothing is lost`
  fileprivate var sentence: String {
    let move =
      from == to
      ? "stays with \(to.spoken)" : "moves from \(from.spoken) to \(to.spoken)"
    var cost = outage > .zero ? "out for \(outage.spoken)" : "nothing is lost"
    if partly > .zero { cost += ", a part of it for \(partly.spoken)" }
    return "\(group): \(move); \(cost)"
  }
}
