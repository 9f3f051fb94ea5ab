import Client
import Lab
import Model

/// Asks the daemon how it stands, all the time, and writes it on the board.
struct Watcher: Sendable {
  let client: DaemonClient
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
        board.update { $0.status = nil }
      }
      do {
        try await Task.sleep(for: .milliseconds(40))
      } catch {
        return
      }
    }
  }

  private func note(_ status: StatusSnapshot, _ decisions: [DecisionStatus]) {
    board.update { scene in
      scene.status = status
      for decision in decisions where !scene.decisions.contains(decision) {
        scene.decisions.append(decision)
        scene.entries.append(
          Scene.Entry(at: .now, kind: .decision, text: Self.sentence(decision)))
      }
    }
  }

  static func sentence(_ decision: DecisionStatus) -> String {
    let from = decision.from.isEmpty ? "nobody" : decision.from.joined(separator: "+")
    let to = decision.to.isEmpty ? "nobody" : decision.to.joined(separator: "+")
    let move = decision.from == decision.to ? to : "\(from) to \(to)"
    return "\(decision.group): \(move): \(decision.reason)"
  }
}
