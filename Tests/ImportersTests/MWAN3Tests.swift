import Config
import Model
import Testing

@testable import Importers

struct MWAN3Tests {
  private static let mwan3 = """
    config globals 'globals'
    \toption mmx_mask '0x3F00'

    config interface 'wan'
    \toption enabled '1'
    \tlist track_ip '1.0.0.1'
    \tlist track_ip '8.8.8.8'
    \toption family 'ipv4'
    \toption reliability '2'
    \toption interval '5'
    \toption timeout '2'
    \toption down '3'
    \toption up '8'

    config interface 'wanb'
    \tlist track_ip '1.1.1.1'
    \toption family 'ipv4'

    config member 'wan_m1_w3'
    \toption interface 'wan'
    \toption metric '1'
    \toption weight '3'

    config member 'wanb_m1_w2'
    \toption interface 'wanb'
    \toption metric '1'
    \toption weight '2'

    config member 'wanb_m2'
    \toption interface 'wanb'
    \toption metric '2'

    config policy 'balanced'
    \tlist use_member 'wan_m1_w3'
    \tlist use_member 'wanb_m1_w2'

    config policy 'wan_wanb'
    \tlist use_member 'wan_m1_w3'
    \tlist use_member 'wanb_m2'
    \toption last_resort 'blackhole'

    config rule 'https'
    \toption sticky '1'
    \toption dest_port '443'
    \toption proto 'tcp'
    \toption use_policy 'wan_wanb'

    config rule 'default_rule_v4'
    \toption dest_ip '0.0.0.0/0'
    \toption use_policy 'balanced'
    \toption family 'ipv4'
    """

  private static let network = """
    config interface 'wan'
    \toption device 'eth1'
    \toption proto 'static'
    \toption ipaddr '10.10.1.2'
    \toption netmask '255.255.255.0'
    \toption gateway '10.10.1.1'

    config interface 'wanb'
    \toption device 'eth2'
    \toption proto 'dhcp'

    config interface 'lan'
    \toption device 'br-lan'
    \toption proto 'static'
    \toption ipaddr '192.168.1.1/24'
    """

  private static func imported(_ texts: String...) throws -> Imported {
    let files = texts.enumerated().map {
      SourceFile(name: "file\($0 + 1)", bytes: Array($1.utf8))
    }
    return try ImportFormat.mwan3.imported(files)
  }

  @Test
  func `interfaces, members, policies and rules become uplinks and groups`() throws {
    let imported = try Self.imported(Self.mwan3, Self.network)
    #expect(
      imported.text == """
        # From mwan3: each interface is asked as before; mwan3 has no damping, so it is off here.
        # Siaga asks each target at the same time, and one probe a round.

        damping: off

        uplinks:
          # From file1:4 and 19.
          wan: { interface: eth1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade, check: ping }
          # From file1:15, 24 and 29.
          wanb: { interface: eth2, gateway: auto, nat: masquerade, check: ping-1.1.1.1 }

        checks:
          ping: { ping: [1.0.0.1, 8.8.8.8], need: 2, every: 5s, timeout: 2s, rise: 8 }
          ping-1.1.1.1: { ping: 1.1.1.1, every: 10s, timeout: 4s, fall: 5, rise: 5 }

        groups:
          # From file1:19, 29 and 42.
          https:
            route: default
            match: { protocol: tcp, to-port: 443 }
            tiers: [[wan], [wanb]]
            last-resort: blackhole
          # From file1:19 and 24.
          internet:
            route: default
            tiers: [{ wan: 3, wanb: 2 }]

        """)
  }
}
