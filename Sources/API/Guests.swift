import NIOCore
import Synchronization

/// Who is connected, and how long each may take.
///
///     asking ──whole request read──► waiting ──answer begun──► listening
///       ▲                                                          │
///       └────────────────────── answer taken ◄─────────────────────┘
///
/// Whoever asks or listens for longer than `patience` is let go; so is the one who has done so
/// longest, once too many do. So those who say nothing, or never listen, cannot keep out those who
/// do. How long somebody waits is up to us.
final class Guests: Sendable {
  static let patience = TimeAmount.seconds(10)
  /// Fewer than may be connected, so that there is always room for one who knows what he wants.
  static let mostIdle = 32

  fileprivate struct Guest {
    let channel: any Channel
    var isWaiting = false  // for us; else we wait for him
    var farewell: Scheduled<Void>?
    var turn: UInt64  // when that began, among all
  }

  fileprivate struct State {
    var guests: [ObjectIdentifier: Guest] = [:]
    var turns: UInt64 = 0
  }

  private let state = Mutex(State())

  func came(_ channel: any Channel) {
    let farewell = farewell(to: channel)
    let longest = state.withLock { state -> Guest? in
      let turn = state.nextTurn()
      state.guests[ObjectIdentifier(channel)] = Guest(
        channel: channel, farewell: farewell, turn: turn)
      let idle = state.guests.filter { !$0.value.isWaiting }
      guard idle.count > Self.mostIdle else { return nil }
      // Forgotten at once: his connection takes a moment to end.
      return idle.min { $0.value.turn < $1.value.turn }
        .flatMap { state.guests.removeValue(forKey: $0.key) }
    }
    longest?.farewell?.cancel()
    longest?.channel.close(promise: nil)
  }

  func left(_ channel: any Channel) {
    let guest = state.withLock { $0.guests.removeValue(forKey: ObjectIdentifier(channel)) }
    guest?.farewell?.cancel()
  }

  /// His whole request is here.
  func hasAsked(_ channel: any Channel) {
    change(channel, isWaiting: true, farewell: nil)
  }

  /// The answer is on its way to him, or he has it and may ask again.
  func isAnswered(_ channel: any Channel) {
    change(channel, isWaiting: false, farewell: farewell(to: channel))
  }

  private func change(_ channel: any Channel, isWaiting: Bool, farewell: Scheduled<Void>?) {
    let old = state.withLock { state -> Scheduled<Void>? in
      // One who was let go meanwhile needs no other farewell.
      guard var guest = state.guests[ObjectIdentifier(channel)] else { return farewell }
      let old = guest.farewell
      guest.farewell = farewell
      guest.isWaiting = isWaiting
      guest.turn = state.nextTurn()
      state.guests[ObjectIdentifier(channel)] = guest
      return old
    }
    old?.cancel()
  }

  private func farewell(to channel: any Channel) -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
  }
}

extension Guests.State {
  fileprivate mutating func nextTurn() -> UInt64 {
    turns += 1
    return turns
  }
}

/// Tells of a connection's beginning and end.
final class Doorman: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Never

  private let guests: Guests

  init(_ guests: Guests) {
    self.guests = guests
  }

  func handlerAdded(context: ChannelHandlerContext) {
    guests.came(context.channel)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    guests.left(context.channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.fireChannelRead(data)
  }
}
