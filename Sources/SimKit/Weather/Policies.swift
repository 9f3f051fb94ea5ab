import Config
import Engine
import Model

/// Whether groups get delays, damping and policies for flows, checks other kinds than echoes, and
/// uplinks checks of their own. They are drawn aside, so that a seed's links, targets and weather are the same with them and
/// without.
public enum Policies: Sendable {
  case plain
  case drawn

  /// What the wall clock shows when the simulation begins: half a minute before a window.
  static let begins = Duration.seconds(59 * 60 + 30)

  func applied(to groups: [Group], aside random: inout RandomSource) -> [Group] {
    switch self {
    case .plain: groups
    case .drawn: groups.map { Self.drawn($0, &random) }
    }
  }

  /// Links with IPv6 have hosts inside with addresses of theirs.
  func applied(to uplink: Uplink, of site: Site) -> Uplink {
    guard self == .drawn, let prefix = site.access(uplink.interface)?.insidePrefix else {
      return uplink
    }
    var uplink = uplink
    uplink.lans = [LAN(interface: Site.lan, prefixes: [prefix])]
    return uplink
  }

  private static func drawn(_ group: Group, _ random: inout RandomSource) -> Group {
    let failback = failback(&random)
    return Group(
      name: group.name, holding: group.holding, members: group.members, want: group.want,
      judge: group.judge, failback: group.failback == .auto ? failback : group.failback,
      damping: damping(&random),
      flows: FlowRules(failover: flows(&random), failback: flows(&random)), match: group.match,
      lastResort: group.lastResort, hooks: group.hooks)
  }

  func applied(
    to checks: [CheckDefinition], aside random: inout RandomSource
  ) -> [CheckDefinition] {
    switch self {
    case .plain: checks
    case .drawn: checks.map { Self.judgingQuality(Self.drawn($0, &random), &random) }
    }
  }

  /// Limits that no link reaches whose hosts answer: only lost probes, and those of a daemon that
  /// takes its own delays for the link's. A window ends well before the calm does.
  private static func judgingQuality(
    _ check: CheckDefinition, _ random: inout RandomSource
  ) -> CheckDefinition {
    let probes = Int.random(in: 5...8, using: &random)
    let draw = Int.random(in: 0..<4, using: &random)
    guard check.every <= .seconds(2), draw > 1 else { return check }
    var check = check
    check.quality = Quality(
      window: max(.seconds(1), check.every * probes),
      loss: .init(down: Percent(50), up: Percent(20)),
      latency: draw == 2 ? .init(down: .milliseconds(60), up: .milliseconds(40)) : nil,
      jitter: draw == 3 ? .init(down: .milliseconds(60), up: .milliseconds(40)) : nil)
    return check
  }

  /// Who is far away has no neighbours here; programs and files say what the gateway does.
  private static func drawn(
    _ check: CheckDefinition, _ random: inout RandomSource
  ) -> CheckDefinition {
    let isNear = check.targets == [.gateway]
    let draw = Int.random(in: 0..<8, using: &random)
    let hosts = check.targets.compactMap(\.host)
    switch draw {
    case 3 where isNear: return check.asking(.arp, check.targets)
    case 4: return check.asking(.tcp, hosts.map { .port(443, of: $0) })
    case 5: return check.asking(.dns(question), check.targets)
    case 6 where isNear: return check.asking(.exec(arguments: ["--short"]), [.path("/bin/asks")])
    case 7 where isNear: return check.asking(.file, [.path("/run/says")])
    case 6: return check.asking(.dns(question), [.resolvers])
    case 7: return check.asking(.tcp, [.port(53, of: .resolvers)])
    default: return check
    }
  }

  /// One more, which at most uplinks ask: of one family alone, so of the other it says nothing.
  func ownChecks(aside random: inout RandomSource) -> [CheckDefinition] {
    guard self == .drawn else { return [] }
    let family: Family = Bool.random(using: &random) ? .ipv4 : .ipv6
    return [
      CheckDefinition(
        name: "own", kind: .ping, targets: [.address(FakeNetwork.farHost(family))],
        every: .milliseconds([500, 2_000].randomElement(using: &random) ?? 0),
        timeout: .milliseconds(500), fall: Int.random(in: 1...3, using: &random),
        rise: Int.random(in: 1...3, using: &random))
    ]
  }

  func applied(
    to uplinks: [Uplink], judgedBy names: [CheckName], aside random: inout RandomSource
  ) -> [Uplink] {
    switch self {
    case .plain: return uplinks
    case .drawn:
      return uplinks.map { uplink in
        var uplink = uplink
        uplink.judge = Self.judge(names.map(Judge.check), &random)
        return uplink
      }
    }
  }

  private static func judge(_ checks: [Judge], _ random: inout RandomSource) -> Judge? {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: .need(Int.random(in: 1...checks.count, using: &random), of: checks)
    case 1, 2: checks.randomElement(using: &random)
    default: nil
    }
  }

  private static let question: DNSQuestion = {
    do throws(DomainNameError) {
      return DNSQuestion(try DomainName("example.org"), .a)
    } catch {
      preconditionFailure("example.org is no name: \(error)")
    }
  }()

  private static func failback(_ random: inout RandomSource) -> Failback {
    let after = [0, 500, 2_000, 5_000].randomElement(using: &random) ?? 0
    // Hours that end, begin, or have begun when the weather does.
    let windows = [(0, 60), (60, 61), (61, 120), (50, 70), (1_380, 61)]
      .compactMap { DailyWindow(from: $0.0, to: $0.1) }
    let window = windows.randomElement(using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1: return .auto
    case 2, 3: return .delayed(after: .milliseconds(after), between: nil)
    default: return .delayed(after: .milliseconds(after), between: window)
    }
  }

  private static func damping(_ random: inout RandomSource) -> Damping? {
    guard Int.random(in: 0..<4, using: &random) > 0 else { return nil }
    let base = [200, 1_000, 2_000].randomElement(using: &random) ?? 0
    let max = [2_000, 4_000, 8_000].randomElement(using: &random) ?? 0
    let forget = [1_000, 20_000, 60_000].randomElement(using: &random) ?? 0
    return Damping(
      base: .milliseconds(base), max: .milliseconds(max), forget: .milliseconds(forget))
  }

  private static func flows(_ random: inout RandomSource) -> FlowPolicy {
    FlowPolicy.allCases.randomElement(using: &random) ?? .move
  }
}

extension CheckDefinition {
  fileprivate func asking(_ kind: CheckKind, _ targets: [CheckTarget]) -> CheckDefinition {
    CheckDefinition(
      name: name, kind: kind, targets: targets, need: need, every: every, timeout: timeout,
      fall: fall, rise: rise, quality: quality)
  }
}

extension RandomSource {
  /// Another source, without drawing from this one.
  var aside: RandomSource {
    var copy = self
    return RandomSource(seed: ~copy.next())
  }
}
