/// What stands in the way of probing, or what was answered in place of what should be.
public enum ProbeNote: Equatable, Sendable {
  case unsent(String)
  case refused(String)

  var sentence: String {
    switch self {
    case .unsent(let reason): "cannot probe: \(reason)"
    case .refused(let reason): "failed: \(reason)"
    }
  }
}
