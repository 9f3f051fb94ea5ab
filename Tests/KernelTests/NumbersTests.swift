import CLinux
import Testing
import Wire

/// Wire imports nothing, so it has its own copies of the kernel's numbers: they must agree.
struct NumbersTests {
  @Test
  func `the numbers on the wire are those of the kernel's headers`() {
    var count = 0
    let facts = siaga_facts(&count)
    var header: [String: Int64] = [:]
    for index in 0..<count {
      guard let fact = facts?[index] else { continue }
      header[String(cString: fact.name)] = fact.value
    }
    let ours: [(String, Int64)] = [
      ("NLMSG_ERROR", Int64(NetlinkType.error)), ("NLMSG_DONE", Int64(NetlinkType.done)),
      ("NLM_F_DUMP", Int64(NetlinkFlag.dump)),
      ("NLM_F_DUMP_INTR", Int64(NetlinkFlag.dumpInterrupted)),
      ("NLM_F_CREATE", Int64(NetlinkFlag.create)), ("NLM_F_EXCL", Int64(NetlinkFlag.exclusive)),
      ("NLM_F_ACK_TLVS", Int64(NetlinkFlag.hasAttributes)),
      ("NLM_F_CAPPED", Int64(NetlinkFlag.capped)), ("RTM_NEWLINK", Int64(LinkMessage.new)),
      ("RTM_DELLINK", Int64(LinkMessage.deleted)), ("RTM_GETLINK", Int64(LinkMessage.get)),
      ("RTM_NEWADDR", Int64(AddressMessage.new)), ("RTM_DELADDR", Int64(AddressMessage.deleted)),
      ("RTM_GETADDR", Int64(AddressMessage.get)), ("RTM_NEWROUTE", Int64(RouteMessage.new)),
      ("RTM_DELROUTE", Int64(RouteMessage.deleted)), ("RTM_GETROUTE", Int64(RouteMessage.get)),
      ("RTM_NEWRULE", Int64(RuleMessage.new)), ("RTM_DELRULE", Int64(RuleMessage.deleted)),
      ("RTM_GETRULE", Int64(RuleMessage.get)),
    ]
    for (name, value) in ours { #expect(header[name] == value, "\(name)") }
  }
}
