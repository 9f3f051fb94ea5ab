import Model
import Wire

/// One virtual router of a group, on its link: whom it heard there, and its timers.
struct Segment: Equatable, Sendable {
  /// The router that says it is active.
  struct Active: Equatable, Sendable {
    var address: IPAddress
    var priority: UInt8
    var interval: Duration
    var at: Instant
  }

  let router: VirtualRouter
  var heard: Active?  // nil: nobody, or it said that it stops
  var form: VRRPChecksumForm?  // in which others send
  var downAt: Instant  // Active_Down_Timer; a backup's
  var advertiseAt: Instant  // Adver_Timer; the active's
  var answersAt = Instant.zero  // a weaker one's claim is answered from then on

  init(_ router: VirtualRouter, at now: Instant) {
    self.router = router
    downAt = now
    advertiseAt = now
  }

  /// Active_Adver_Interval: that of whoever is active, for it decides (RFC 9568 §6.1).
  var interval: Duration {
    router.version == .three ? heard?.interval ?? router.interval : router.interval
  }

  /// Skew_Time: the better the bid, the earlier. RFC 3768 §6.1 counts it in seconds.
  func skew(_ priority: UInt8) -> Duration {
    (router.version == .three ? interval : .seconds(1)) * (256 - Int(priority)) / 256
  }

  /// Active_Down_Interval.
  func down(_ priority: UInt8) -> Duration { interval * 3 + skew(priority) }

  /// Whether whoever was heard may be believed to be active still.
  func isHeard(at now: Instant) -> Bool {
    heard.map { now - $0.at <= $0.interval * 4 } ?? false
  }

  func advertisement(_ priority: UInt8) -> VRRPAdvertisement {
    VRRPAdvertisement(
      version: router.version, router: router.id.number, priority: priority,
      interval: router.interval, addresses: router.addresses)
  }
}
