import Model

/// A place in a tier: who, and with what share of the traffic.
struct Seat: Sendable {
  static let weights = 1...256

  let name: Placed<String>
  let weight: Int

  init(_ name: Placed<String>, weight: Int = 1) {
    self.name = name
    self.weight = weight
  }
}

extension Form<[[Seat]]> {
  /// `[[isp1, isp2], lte]` or `[{ isp1: 3, isp2: 1 }]`.
  static let tiers: Form = {
    let shape = Shape.list(
      of: tier.shape,
      what: "a list of tiers, each a member's name, a list of names or a mapping from names to "
        + "weights", atMost: Ours.maximumUplinks)
    return Form(shape: shape) { node, subject, findings in
      guard case .sequence(let tiers) = node.content else {
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
      if tiers.isEmpty {
        findings.report("\(subject) needs at least one tier", at: node.position)
        return nil
      }
      return tiers.readAll(by: tier, "a tier", &findings)
    } write: { tiers in
      .list(tiers.compactMap(tier.write))
    }
  }()

  private static let member = Form<String>.name("a member's name")
  private static let weight = Form<Int>.number(Seat.weights)

  private static let tier = Form<[Seat]>(
    shape: .either([
      member.shape,
      .list(of: member.shape, what: "a list of names", atMost: Ours.maximumUplinks),
      .named(
        of: weight.shape, what: "a mapping from names to weights",
        longest: NameRule.longest),
    ])
  ) { node, subject, findings in
    switch node.content {
    case .sequence([]), .mapping([]), .null:
      findings.report("\(subject) needs at least one member", at: node.position)
      return nil
    case .scalar:
      return member.placed.read(node, subject, &findings).map { [Seat($0)] }
    case .sequence(let names):
      return names.readAll(by: member.placed, subject, &findings)?.map { Seat($0) }
    case .mapping(let entries):
      return weighted(entries, &findings)
    }
  } write: { seats in
    if seats.allSatisfy({ $0.weight == 1 }) {
      return .list(seats.map { .text($0.name.value) })
    }
    return .mapping(seats.map { ($0.name.value, .text(String($0.weight))) })
  }

  private static func weighted(
    _ entries: [ConfigNode.Entry], _ findings: inout Findings
  ) -> [Seat]? {
    let given = entries.withoutRepeats(&findings)
    let seats = given.compactMap { entry in
      weight.read(entry.value, "the weight of \(entry.key.shown)", &findings).map {
        Seat(Placed(entry.key, at: entry.position), weight: $0)
      }
    }
    return seats.count == given.count ? seats : nil
  }
}
