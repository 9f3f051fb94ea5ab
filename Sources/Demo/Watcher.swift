import Client
import Lab
import Model

/// Asks a daemon how it stands, all the time, and writes it on the board.
struct Watcher: Sendable {
  let part: Part
  let client: DaemonClient
  let stage: any Stage
  let setting: Setting
  let board: Board

  /// Until its task is cancelled.
  func watch() async {
    var newest: (start: String, id: UInt64) = ("", 0)
    while !Task.isCancelled {
      do {
        let status = try await client.status()
        // Another daemon counts from the beginning.
        if status.startedAt != newest.start { newest = (status.startedAt, 0) }
        let decisions = try await client.decisions(after: newest.id)
        newest.id = decisions.last?.id ?? newest.id
        note(status, decisions)
      } catch {
        // While it is dead or starting nobody answers; the picture says so.
        note(nil, [])
      }
      do {
        try await Task.sleep(for: .milliseconds(40))
      } catch {
        return
      }
    }
  }

  private func note(_ status: StatusSnapshot?, _ decisions: [DecisionStatus]) {
    let told = status?.groups.first?.active ?? []
    // A kernel that cannot be asked holds nothing that anybody sees.
    let holders = (try? stage.holders()) ?? Set(told.compactMap(Part.init(rawValue:)))
    board.update { scene in
      scene.statuses[part] = status
      scene.hold(holders)
      for decision in decisions
      where !scene.decisions.contains(where: { $0.by == part && $0.decision == decision }) {
        let told = Scene.Told(by: part, decision: decision)
        scene.decisions.append(told)
        scene.entries.append(
          Scene.Entry(at: .now, kind: .decision, text: setting.sentence(told)))
      }
    }
  }
}

extension Setting {
  /// Where there are several daemons, whose words they are.
  func sentence(_ told: Scene.Told) -> String {
    let decision = told.decision
    let from = decision.from.isEmpty ? "nobody" : decision.from.joined(separator: "+")
    let to = decision.to.isEmpty ? "nobody" : decision.to.joined(separator: "+")
    let move = decision.from == decision.to ? to : "\(from) to \(to)"
    let subject = told.by == .gateway ? decision.group : "\(told.by.rawValue)'s \(decision.group)"
    return "\(subject): \(move): \(decision.reason)"
  }
}
