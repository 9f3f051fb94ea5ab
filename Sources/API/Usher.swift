import Logging
import NIOCore

/// Lets nobody in for a second after somebody could not be let in, as without descriptors.
///
/// Left to itself the server would be woken for him at once, again and again (NIO goes on
/// listening to a socket that it could not accept from).
final class Usher: ChannelDuplexHandler {
  typealias InboundIn = Never
  typealias OutboundIn = Never

  private static let rest = TimeAmount.seconds(1)

  private let logger: Logger
  private var isResting = false
  private var isTold = false

  init(logger: Logger) {
    self.logger = logger
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is IOError else { return context.fireErrorCaught(error) }
    if !isTold {
      logger.warning(
        "clients cannot be let in (\(error)); it is tried again: does siaga run out of descriptors or memory? See LimitNOFILE and MemoryMax of its service"
      )
    }
    isTold = true
    guard !isResting else { return }
    isResting = true
    let options = context.channel.syncOptions
    try? options?.setOption(.autoRead, value: false)  // an option that every channel has
    context.eventLoop.assumeIsolated().scheduleTask(in: Self.rest) { [self] in
      isResting = false
      try? options?.setOption(.autoRead, value: true)  // unless it was closed meanwhile
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isTold = false
    context.fireChannelRead(data)
  }

  func read(context: ChannelHandlerContext) {
    if !isResting { context.read() }
  }
}
