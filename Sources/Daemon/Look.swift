/// A look that the slow lane takes for us. While one is under way, any number of further reasons
/// to look make one more: in a storm looks must not pile up.
enum Look {
  case none, underWay
  case again  // something changed while it looked

  /// - Returns: whether to look now.
  mutating func isDue() -> Bool {
    switch self {
    case .none:
      self = .underWay
      return true
    case .underWay, .again:
      self = .again
      return false
    }
  }

  /// - Returns: whether to look again.
  mutating func ended() -> Bool {
    defer { self = .none }
    return self == .again
  }
}
