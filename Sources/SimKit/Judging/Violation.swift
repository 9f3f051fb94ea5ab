import Model

/// What must hold whatever happens.
public enum Invariant: String, Sendable, CaseIterable {
  case wayExists = "a way exists within the promised bound while a usable member exists"
  case lastWayStays = "the last usable member is never dropped"
  case patience = "a holder that can hold is left for a better one only when its time has come"
  case entitled = "those hold who are to, and nobody who may not while another may"
  case pinsHold = "a pin holds as it was ordered"
  case causesAreTrue = "what a decision gives as its causes was so"
  case unsentIsNotLost = "what cannot be probed is not called down"
  case hooksKnow = "hooks are told what is so, and nothing twice"
  case hostsKnow = "hosts inside begin from a prefix that leads out"
  case kernelAgrees = "observed reaches wanted after calm"
  case foreignStays = "foreign state is untouched"
  case daemonRests = "the daemon rests when nothing is to be done"
  case oneHolder = "of nodes that hear each other one has the address"
  case someHolder = "somebody has the addresses while a node could"
  case quickHandover = "a node that knows it must go loses nothing"
  case deadIsReplaced = "a dead node is replaced when its heartbeats are missed"
  case linksKnow = "links are told who has an address, once it is there"
  case ordersHold = "nodes hold as they were ordered"
  case nodesFailBack = "the better node gets it back"
  case nodesStay = "with manual failback nobody takes it from a node that can hold"
  case nodesRest = "in calm weather nothing moves"
  case sameSeedSameTrace = "the same seed gives the same trace"
}

/// An invariant that did not hold.
public struct Violation: Error, Sendable, CustomStringConvertible {
  public let invariant: Invariant
  public let sentence: String

  public var description: String { "\(invariant.rawValue): \(sentence)" }

  static func neverRests(_ why: String) -> Violation {
    Violation(invariant: .daemonRests, sentence: "it takes turn after turn at one instant: \(why)")
  }

  static func foreignTouched(_ line: String) -> Violation {
    Violation(invariant: .foreignStays, sentence: "`\(line)` changed what is not ours")
  }
}
