/// One thing that is done to the network, and what must come of it.
struct Step: Sendable {
  enum Act: Sendable {
    case pull(Part), plug(Part), pullBoth(Part, Part)
    case mute(Part), unmute(Part)
    case cutPower(Part), givePower(Part)
    // of daemons
    case kill(Part), stop(Part), start(Part), stall(Part), goOn(Part)
  }

  enum Expectation: Sendable {
    /// Nothing can arrive: nothing is counted.
    case nothing
    /// By nil: whoever it is.
    case traffic(by: Part?, holders: Set<Part>, outage: Outage)

    static func traffic(by part: Part, outage: Outage) -> Expectation {
      .traffic(by: part, holders: [part], outage: outage)
    }
  }

  /// How long the traffic may stand still.
  enum Outage: Sendable {
    case none  // not one packet may be lost
    case atOnce  // a carrier loss, or a move while both live
    case detection  // until a silence has been noticed
    case recovery  // until the check trusts the link again: every × rise + timeout
  }

  let act: Act
  let expectation: Expectation

  init(_ act: Act, expect expectation: Expectation) {
    self.act = act
    self.expectation = expectation
  }

  /// How long to go on counting once the traffic flows: without a daemon, long enough to see
  /// that nobody is missed.
  var dwell: Duration {
    switch act {
    case .kill, .start, .stop, .stall, .goOn: .milliseconds(1_500)
    case .pull, .plug, .pullBoth, .mute, .unmute, .cutPower, .givePower: .milliseconds(500)
    }
  }

  var title: String {
    switch act {
    case .pull(let part): "\(part.rawValue)'s cable pulled"
    case .plug(let part): "\(part.rawValue)'s cable back in"
    case .pullBoth: "both cables pulled"
    case .mute(.between): "routers do not hear each other"
    case .unmute(.between): "routers hear each other again"
    case .mute(let part): "\(part.rawValue)'s \(part.beyond) mute"
    case .unmute(let part): "\(part.rawValue)'s \(part.beyond) answers again"
    case .cutPower(let part): "\(part.rawValue) loses its power"
    case .givePower(let part): "\(part.rawValue) has power again"
    case .kill(let part): "\(part.daemon) ended by kill -9"
    case .stop(let part): "\(part.daemon) stopped (SIGTERM)"
    case .start(let part): "\(part.daemon) started again"
    case .stall(let part): "\(part.daemon) stalls (SIGSTOP)"
    case .goOn(let part): "\(part.daemon) goes on"
    }
  }

  /// What is wrong with which part from now on; nil: nothing any more.
  var harm: [Part: String?] {
    switch act {
    case .pull(let part): [part: "cable pulled"]
    case .pullBoth(let one, let other): [one: "cable pulled", other: "cable pulled"]
    case .mute(.between): [.between: "they do not hear each other"]
    case .mute(let part): [part: "\(part.beyond) mute"]
    case .cutPower(let part): [part: "no power"]
    case .kill(.gateway): [.gateway: "its daemon is dead"]
    case .kill(let part): [part: "daemon killed"]
    case .stop(let part): [part: "daemon stopped"]
    case .stall(let part): [part: "daemon stalls"]
    case .plug(let part), .unmute(let part), .givePower(let part), .start(let part),
      .goOn(let part):
      [part: nil]
    }
  }

  /// Whether there is something to notice: a gateway that lost its daemon has nobody to do so.
  var isNoticed: Bool {
    switch act {
    case .kill(.gateway), .start(.gateway): false
    case .pull, .plug, .pullBoth, .mute, .unmute, .cutPower, .givePower, .kill, .stop, .start,
      .stall, .goOn:
      true
    }
  }
}

extension Part {
  fileprivate var daemon: String {
    self == .gateway ? "daemon" : "\(rawValue)'s daemon"
  }
}
