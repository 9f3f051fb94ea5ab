/// Which traffic a group is for, as the file says it: of each list one must fit, and all that is
/// named. It becomes one rule for each combination.
public struct TrafficMatch: Hashable, Sendable {
  public var incoming: InterfaceName?
  public var from: [Prefix]
  public var to: [Prefix]
  public var transports: [UInt8]
  public var fromPorts: [ClosedRange<UInt16>]
  public var toPorts: [ClosedRange<UInt16>]
  public var mark: Selector.Mark?

  public init(
    incoming: InterfaceName? = nil, from: [Prefix] = [], to: [Prefix] = [],
    transports: [UInt8] = [], fromPorts: [ClosedRange<UInt16>] = [],
    toPorts: [ClosedRange<UInt16>] = [], mark: Selector.Mark? = nil
  ) {
    self.incoming = incoming
    self.from = from
    self.to = to
    self.transports = transports
    self.fromPorts = fromPorts
    self.toPorts = toPorts
    self.mark = mark
  }

  /// More rules than this slow down every packet that looks for its way.
  public static let mostSelectors = 64

  public var selectors: [Selector] {
    var start = Selector()
    start.incoming = incoming
    start.mark = mark
    var all = [start]
    all = all.spread(from) { $0.from = $1 }
    all = all.spread(to) { $0.to = $1 }
    all = all.spread(transports) { $0.transport = $1 }
    all = all.spread(fromPorts) { $0.fromPorts = $1 }
    return all.spread(toPorts) { $0.toPorts = $1 }
  }
}

extension [Selector] {
  /// One for each value; the same if there is none to choose from.
  fileprivate func spread<Value>(
    _ values: [Value], _ set: (inout Selector, Value) -> Void
  ) -> [Selector] {
    guard !values.isEmpty else { return self }
    return flatMap { selector in
      values.map { value in
        var copy = selector
        set(&copy, value)
        return copy
      }
    }
  }
}
