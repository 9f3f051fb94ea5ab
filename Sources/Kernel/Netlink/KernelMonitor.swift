import Model
import Wire

/// Hears of changes in the kernel as they happen.
public final class KernelMonitor {
  /// What was heard in one go, in the kernel's order.
  public struct News: Sendable {
    public var deltas: [KernelState.Delta] = []
    public var lostMessages = false  // read everything again
    public var defaultsChanged = false  // the machine's own default routes
    public var settingsChanged = false  // sysctls of forwarding, filtering or dead links
    public var isAll = true  // nothing was left queued
  }

  private enum Group {
    static let all: [UInt32] = [
      1,  // RTNLGRP_LINK
      5,  // RTNLGRP_IPV4_IFADDR
      7,  // RTNLGRP_IPV4_ROUTE
      8,  // RTNLGRP_IPV4_RULE
      9,  // RTNLGRP_IPV6_IFADDR
      11,  // RTNLGRP_IPV6_ROUTE
      19,  // RTNLGRP_IPV6_RULE
      24,  // RTNLGRP_IPV4_NETCONF
      25,  // RTNLGRP_IPV6_NETCONF
    ]
  }

  private static let settings: UInt16 = 80  // RTM_NEWNETCONF

  private let socket: NetlinkSocket

  /// - Parameter receiveBuffer: bytes the kernel may queue while the loop is busy.
  public init(receiveBuffer: Int32 = 4 << 20) throws(SystemError) {
    socket = try NetlinkSocket(.route, groups: Group.all, receiveBuffer: receiveBuffer)
    // A BGP feed brings millions of routes, as fast as the kernel takes them: to read each would
    // cost as much as making it, and what comes meanwhile of ours would be lost.
    try socket.passOverRoutes(butOf: Ours.origin, Ours.tables)
  }

  public var number: Int32 { socket.number }

  /// Reads all that is queued, but no more than a bound: a storm must not starve the loop.
  public func drain() throws(SystemError) -> News {
    var news = News()
    for _ in 0..<4_096 {
      switch try socket.receive(waits: false) {
      case .nothing: return news
      case .overrun: return try overrun()
      case .datagram: take(&news)
      }
    }
    news.isAll = false
    return news
  }

  /// What is queued is older than what was lost, which may have undone it: a link that is said to be
  /// gone may be back. Nobody is told, and everything is read again.
  private func overrun() throws(SystemError) -> News {
    for _ in 0..<65_536 {
      if case .nothing = try socket.receive(waits: false) { break }
    }
    return News(lostMessages: true, defaultsChanged: true, settingsChanged: true)
  }

  private func take(_ news: inout News) {
    let datagram = socket.datagram
    var reader = datagram.reader
    do {
      while let message = try reader.nextMessage() { try take(message, &news) }
    } catch {
      // What cannot be read may have been about us.
      news.lostMessages = true
    }
  }

  private func take(_ message: consuming NetlinkMessage, _ news: inout News) throws(DecodeError) {
    let body = message.body
    switch message.header.type {
    case LinkMessage.new:
      if let link = try LinkMessage.parse(body) { news.deltas.append(.link(link)) }
    case LinkMessage.deleted:
      if let link = try LinkMessage.parse(body) { news.deltas.append(.linkGone(link.index)) }
    case AddressMessage.new:
      if let held = try AddressMessage.parse(body) { news.deltas.append(.address(held)) }
    case AddressMessage.deleted:
      if let held = try AddressMessage.parse(body) { news.deltas.append(.addressGone(held)) }
    case RouteMessage.new:
      guard let route = try route(body, &news) else { return }
      if route.isForeignDefault { return news.deltas.append(.foreignDefault(route)) }
      // A replacement says what came, not what went.
      if message.header.flags & NetlinkFlag.replace != 0 { news.lostMessages = true }
      news.deltas.append(.route(route))
    case RouteMessage.deleted:
      guard let route = try route(body, &news) else { return }
      news.deltas.append(route.isForeignDefault ? .foreignDefaultGone(route) : .routeGone(route))
    case RuleMessage.new:
      if let rule = try RuleMessage.parse(body), rule.concernsUs { news.deltas.append(.rule(rule)) }
    case RuleMessage.deleted:
      if let rule = try RuleMessage.parse(body), rule.concernsUs {
        news.deltas.append(.ruleGone(rule))
      }
    case Self.settings:
      news.settingsChanged = true
    default:
      break
    }
  }

  /// Foreign routes that come nevertheless are passed over by their header alone. But for default
  /// routes, which tell of gateways.
  private func route(
    _ body: borrowing Reader, _ news: inout News
  ) throws(DecodeError) -> Route? {
    let glance = try RouteMessage.Glance(body)
    if glance.isForeignDefault { news.defaultsChanged = true }
    guard glance.concernsUs else { return nil }
    return try RouteMessage(parsing: copy body).route.flatMap { $0.concernsUs ? $0 : nil }
  }
}
