import Config
import Model
import Testing

@Suite struct ValueTests {
  @Test(arguments: [
    ("every", "10", "`every` is `10`, which has no unit; write a unit: `10s`"),
    ("every", "1.5s", "`every` is `1.5s`, and takes whole numbers; write it as in `1500ms`"),
    ("every", "9ms", "`every` takes a duration from 10ms to 1h, not `9ms`"),
    ("every", "61m", "`every` takes a duration from 10ms to 1h, not `61m`"),
    ("every", "fast", "`every` takes a duration from 10ms to 1h, not `fast`"),
    ("every", "-1s", "`every` takes a duration from 10ms to 1h, not `-1s`"),
    ("every", "1 s", "`every` takes a duration from 10ms to 1h, not `1 s`"),
    ("every", "010s", "`every` takes a duration from 10ms to 1h, not `010s`; did you mean `10s`?"),
    (
      "every", "9999999999999999999h",
      "`every` takes a duration from 10ms to 1h, not `9999999999999999999h`"
    ),
    (
      "every", "9223372036854775807h",
      "`every` takes a duration from 10ms to 1h, not `9223372036854775807h`"
    ),
    ("timeout", "2m", "`timeout` takes a duration from 10ms to 1m, not `2m`"),
    ("fall", "0", "`fall` takes a number from 1 to 100, not `0`"),
    ("fall", "101", "`fall` takes a number from 1 to 100, not `101`"),
    ("fall", "03", "`fall` takes a number from 1 to 100, not `03`; did you mean `3`?"),
    ("rise", "1e1", "`rise` takes a number from 1 to 100, not `1e1`"),
    ("rise", "yes", "`rise` takes a number from 1 to 100, not `yes`"),
    (
      "ping", "gatway",
      "`ping` takes `gateway`, `resolvers` or an address such as `192.0.2.1` or `2001:db8::1`, not `gatway`; "
        + "did you mean `gateway`?"
    ),
    (
      "ping", "2001:db8::1",
      "check `gateway` has no IPv4 target, and group `internet` holds an IPv4 route; add one, or "
        + "use `gateway`"
    ),
    ("ping", "ff02::1", "`ping` cannot be `ff02::1`: it is a multicast address"),
    ("ping", "::1", "`ping` cannot be `::1`: it is this machine's own"),
    (
      "ping", "224.0.0.1",
      "`ping` cannot be `224.0.0.1`: it is a multicast address"
    ),
  ])
  func `a wrong value of a check says what is taken`(key: String, value: String, message: String) {
    #expect(Tree.dualWAN { $0["checks", "gateway", key] = .text(value) }.messages == [message])
  }

  @Test(arguments: [
    (
      "interface", "a-name-of-16-byte",
      "`interface` takes an interface name such as `eth0` (at most 15 bytes, none of "
        + #"`/ : * " \` or space), not `a-name-of-16-byte`"#
    ),
    (
      "interface", "ppp*",
      "`interface` takes an interface name such as `eth0` (at most 15 bytes, none of "
        + #"`/ : * " \` or space), not `ppp*`"#
    ),
    (
      "address", "10.10.1.2",
      "`address` needs the length of its network; write `10.10.1.2/24` or what it is"
    ),
    (
      "address", "10.10.1.2/33",
      "`address` takes an address with its length such as `10.10.1.2/24` or "
        + "`2001:db8::2/64`, not `10.10.1.2/33`"
    ),
    (
      "address", "10.10.1.0/24",
      "`address` takes the address of a host, and `10.10.1.0/24` is the network's own"
    ),
    (
      "address", "10.10.1.255/24",
      "`address` takes the address of a host, and `10.10.1.255/24` is its broadcast"
    ),
    (
      "address", "2001:db8::2",
      "`address` needs the length of its network; write `2001:db8::2/64` or what it is"
    ),
    (
      "address", "::ffff:10.0.0.1/96",
      "`address` cannot be `::ffff:a00:1`: it stands for an IPv4 address; write that"
    ),
    (
      "gateway", "10.10.1",
      "`gateway` takes `auto` or an address such as `192.0.2.1` or `2001:db8::1`, not `10.10.1`"
    ),
    (
      "gateway", "010.10.1.1",
      "`gateway` takes `auto` or an address such as `192.0.2.1` or `2001:db8::1`, not `010.10.1.1`"
    ),
    (
      "gateway", "fe80::1%ether1",
      "`gateway` takes `auto` or an address such as `192.0.2.1` or `2001:db8::1`, "
        + "not `fe80::1%ether1`; did you mean `fe80::1`?"
    ),
    ("nat6", "10.0.0.0/8", "`nat6` is about IPv6, and `10.0.0.0/8` is an IPv4 network; see `nat`"),
    ("nat", "2001:db8::1", "`nat` is about IPv4, and `2001:db8::1` is an IPv6 address; see `nat6`"),
    ("gateway", "10.10.1.2", "`gateway` `10.10.1.2` is the uplink's own address"),
    (
      "gateway", "10.20.1.1",
      "`gateway` `10.20.1.1` is outside the uplink's network `10.10.1.0/24`"
    ),
    (
      "gateway", "0.0.0.0",
      "`gateway` cannot be `0.0.0.0`: no host has it"
    ),
    (
      "nat", "masquerad",
      "`nat` takes `masquerade`, `none` or an address such as `192.0.2.1`, not `masquerad`; "
        + "did you mean `masquerade`?"
    ),
    (
      "nat", "yes",
      "`nat` takes `masquerade`, `none` or an address such as `192.0.2.1`, not `yes`"
    ),
  ])
  func `a wrong value of an uplink says what is taken`(
    key: String, value: String, message: String
  ) {
    #expect(Tree.dualWAN { $0["uplinks", "isp1", key] = .text(value) }.messages == [message])
  }

  @Test(arguments: [
    (
      "route", "defualt",
      "`route` takes `default`, `default6` or a network such as `10.0.0.0/8`, not `defualt`; "
        + "did you mean `default`?"
    ),
    (
      "route", "10.1.0.5/16",
      "`route` takes `default`, `default6` or a network such as `10.0.0.0/8`, not `10.1.0.5/16`; "
        + "did you mean `10.1.0.0/16`?"
    ),
    ("want", "0", "`want` takes a number from 1 to 200, not `0`"),
    ("want", "3", "`want` is 3, and group `internet` has 2 members"),
    (
      "failback", "atuo",
      "`failback` takes `auto`, `manual` or a mapping of `after` and `between`, not `atuo`; "
        + "did you mean `auto`?"
    ),
    (
      "failback", "Manual",
      "`failback` takes `auto`, `manual` or a mapping of `after` and `between`, not `Manual`; "
        + "did you mean `manual`?"
    ),
    (
      "flows", "moves",
      "`flows` takes `move`, `drain`, `stay` or a mapping of `failover` and `failback`, "
        + "not `moves`; did you mean `move`?"
    ),
    ("check", "gatway", "there is no check `gatway`; did you mean `gateway`?"),
    (
      "tiers", "isp1",
      "`tiers` takes a list of tiers, each a member's name, a list of names or a mapping from "
        + "names to weights, not `isp1`"
    ),
  ])
  func `a wrong value of a group says what is taken`(key: String, value: String, message: String) {
    #expect(Tree.dualWAN { $0["groups", "internet", key] = .text(value) }.messages == [message])
  }

  @Test(arguments: ["0", "0x0", "0x500", "0x100000000", "4294967296", "0x", "03f00", "-1", "all"])
  func `marks take adjacent bits only`(marks: String) {
    #expect(
      Tree.dualWAN { $0["marks"] = .text(marks) }.messages.first?.hasPrefix(
        "`marks` takes a mask of adjacent bits such as `0x3f00`, not `\(marks)`") == true)
  }

  @Test(arguments: [("0x3f00", 0x3f00), ("16128", 0x3f00), ("0XFF0000", 0xff0000), ("3", 3)])
  func `marks are hexadecimal or decimal`(text: String, mask: UInt32) throws {
    let tree = Tree.dualWAN { $0["marks"] = .text(text) }
    #expect(try Configuration.read(tree.node).marks.mask == mask)
  }

  @Test(arguments: [
    ["uplinks"], ["uplinks", "isp1"], ["checks"], ["checks", "gateway"], ["groups"],
    ["groups", "internet"],
  ])
  func `a mapping is told from a word and from a list`(path: [String]) {
    for (value, found) in [(Tree.text("x"), "`x`"), (["x"], "a list")] {
      var tree = Tree.dualWAN
      if path.count == 1 { tree[path[0]] = value } else { tree[path[0], path[1]] = value }
      let messages = tree.messages
      #expect(messages.count == 1)
      #expect(messages[0].contains(" takes a mapping "), "\(messages)")
      #expect(messages[0].hasSuffix(", not \(found)"), "\(messages)")
    }
  }
}
