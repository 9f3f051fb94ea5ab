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

  /// A decision, and whose daemon told it.
  struct Told: Sendable {
    var by: Part
    var decision: DecisionStatus
  }

  var startedAt = Moment.now
  var doing = ""
  var harm: [Part: String] = [:]  // what we did to a part, until we mend it
  var isOver = false
  var statuses: [Part: StatusSnapshot] = [:]  // of the daemons that answer
  /// As the kernel or, where it cannot tell, the daemon says.
  private(set) var holders: Set<Part> = []
  private var holdings: [(since: Moment, holders: Set<Part>)] = []
  var decisions: [Told] = []
  var results: [StepResult] = []
  var entries: [Entry] = []  // all that happened, oldest first

  mutating func hold(_ now: Set<Part>, at moment: Moment = .now) {
    guard now != holders else { return }
    holders = now
    holdings.append((moment, now))
  }

  /// Who held then; nil: nobody did, or several.
  func holder(at moment: Moment) -> Part? {
    let then = holdings.last { $0.since <= moment }?.holders ?? []
    return then.count == 1 ? then.first : nil
  }
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
      for (part, what) in step.harm { scene.harm[part] = what }
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
