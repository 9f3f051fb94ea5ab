import Lab
import Model
import Synchronization

/// What is known of the demo now; written by those who act and watch, read by those who draw.
struct Scene: Sendable {
  struct Entry: Sendable {
    enum Kind: Sendable { case note, act, decision, result, failure }

    var at: Moment
    var kind: Kind
    var text: String
  }

  var startedAt = Moment.now
  var doing = "building the seed's network"
  var harm: [Link: String] = [:]  // what we did to a link, until we mend it
  var isDaemonDead = false
  var isOver = false
  var status: StatusSnapshot?  // nil while the daemon does not answer
  var decisions: [DecisionStatus] = []
  var results: [StepResult] = []
  var entries: [Entry] = []  // all that happened, oldest first
}

final class Board: Sendable {
  private let scene = Mutex(Scene())

  var now: Scene { scene.withLock { $0 } }

  func update(_ change: (inout Scene) -> Void) {
    scene.withLock { change(&$0) }
  }

  func tell(_ kind: Scene.Entry.Kind, _ text: String, at moment: Moment = .now) {
    update { $0.entries.append(Scene.Entry(at: moment, kind: kind, text: text)) }
  }

  func begin(_ step: Step) {
    update { scene in
      scene.doing = step.title
      switch step.act {
      case .pull(let link): scene.harm[link] = "cable pulled"
      case .pullBoth: Link.allCases.forEach { scene.harm[$0] = "cable pulled" }
      case .mute(let link): scene.harm[link] = "router mute"
      case .plug(let link), .unmute(let link): scene.harm[link] = nil
      case .kill: scene.isDaemonDead = true
      case .start: scene.isDaemonDead = false
      }
    }
    tell(.act, step.title)
  }

  func finish(_ result: StepResult) {
    update { $0.results.append(result) }
    let cells = zip(StepResult.headings, result.cells).dropFirst()
    let text = cells.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }.joined(separator: ", ")
    tell(result.isFailure ? .failure : .result, text)
  }
}
