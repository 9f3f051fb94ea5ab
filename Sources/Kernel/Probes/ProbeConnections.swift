import CLinux
import Glibc
import Model

/// TCP connections that are begun to see whether somebody takes them, and closed at once by a
/// reset, so that they leave nothing behind at either end.
public final class ProbeConnections {
  /// Where a connection goes, and from where.
  public struct Route: Sendable {
    let destination: IPAddress
    let port: UInt16
    let source: IPAddress?
    let interface: InterfaceIndex

    public init(
      to destination: IPAddress, port: UInt16, from source: IPAddress?, by interface: InterfaceIndex
    ) {
      self.destination = destination
      self.port = port
      self.source = source
      self.interface = interface
    }
  }

  fileprivate struct Begun {
    let probe: ProbeID
    let destination: IPAddress
    let descriptor: Int32
    let at: Instant
    let deadline: Instant
  }

  /// More at once are not begun; those that nobody waits for any more make room.
  public static let most = 256

  private let loop: EventLoop
  private let tell: (ProbeID, ProbeResult, Duration) -> Void
  private var begun: [Begun] = []  // in the order of beginning

  /// - Parameter tell: called on the loop when a connection was taken or refused, with how long
  ///   ago that was.
  public init(loop: EventLoop, tell: @escaping (ProbeID, ProbeResult, Duration) -> Void) {
    self.loop = loop
    self.tell = tell
  }

  deinit {
    for each in begun { close(each.descriptor) }
  }

  /// - Returns: why it could not be begun, or nil.
  public func begin(_ probe: ProbeID, _ route: Route, timeout: Duration) -> String? {
    let now = Clock.now
    giveUp { $0.deadline <= now }
    guard begun.count < Self.most else { return "\(Self.most) connections are under way already" }
    let descriptor = open(route)
    guard descriptor >= 0 else {
      return SystemError(code: -descriptor, what: "connect to \(route.destination)").ofProbe
    }
    do throws(SystemError) {
      try loop.watchWritable(descriptor) { [unowned self] in decided(descriptor) }
    } catch {
      close(descriptor)
      return "\(error)"
    }
    begun.append(
      Begun(
        probe: probe, destination: route.destination, descriptor: descriptor, at: now,
        deadline: now + timeout))
    return nil
  }

  private func open(_ route: Route) -> Int32 {
    siaga_tcp_begin(
      route.destination.family.version, route.interface.value, siaga_host(route.source),
      siaga_host(route.destination), route.port)
  }

  private func decided(_ descriptor: Int32) {
    guard let each = begun.first(where: { $0.descriptor == descriptor }) else { return }
    let code = siaga_socket_error(descriptor)
    let result = code != 0 && each.isKeptIn ? each.keptIn(code) : Self.result(code)
    let roundTrip = Duration.nanoseconds(siaga_tcp_round_trip(descriptor))
    giveUp { $0.descriptor == descriptor }
    let waited = roundTrip > .zero ? Clock.now - each.at - roundTrip : .zero
    tell(each.probe, result, waited)
  }

  /// That nobody listens is an answer, and so is a router's word that there is no way.
  private static func result(_ code: Int32) -> ProbeResult {
    switch code {
    case 0: .ok
    case ECONNREFUSED: .refused("nobody listens there (ECONNREFUSED)")
    default: .refused("\(ErrorName.words(code)) (\(ErrorName.of(code)))")
    }
  }

  private func giveUp(_ isOver: (Begun) -> Bool) {
    for each in begun where isOver(each) {
      loop.forget(each.descriptor)
      close(each.descriptor)
    }
    begun.removeAll(where: isOver)
  }
}

extension ProbeConnections.Begun {
  /// A firewall of this machine that rejects it says nothing of the network.
  fileprivate var isKeptIn: Bool {
    siaga_tcp_was_kept_in(descriptor) == 1
  }

  fileprivate func keptIn(_ code: Int32) -> ProbeResult {
    .unsent(
      "cannot connect to \(destination): this machine itself refuses (\(ErrorName.of(code))); "
        + "does its firewall reject what it sends?")
  }
}
