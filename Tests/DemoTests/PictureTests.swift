import Model
import Testing

@testable import Demo

/// What an operator sees, as text.
struct PictureTests {
  private static let setting = Setting.routers(isFast: true)

  private func status(of node: String, active: String) -> StatusSnapshot {
    StatusSnapshot(
      node: node, version: "", startedAt: "", configFile: nil,
      groups: [
        GroupStatus(
          name: "gateway", holds: "", active: [active], preferred: [active], state: .normal,
          pinned: nil, pinIsHard: false, failback: "auto", since: "",
          members: ["a", "b"].map { name in
            MemberStatus(
              name: name, tier: 1, weight: 1, family: nil, usable: true, obstacles: [],
              health: .up, drained: false, trustedAt: nil, since: "", lacks: nil, checks: [])
          }, lastSwitch: nil, switches: 0)
      ], uplinks: [], troubles: [], unfinished: 0)
  }

  private func picture(
    _ alphabet: Terminal.Alphabet = .boxes, carrying: Part?, columns: Int = 80,
    _ change: (inout Scene) -> Void = { _ in }
  ) -> [String] {
    var scene = Scene()
    scene.statuses = [.a: status(of: "a", active: "a"), .b: status(of: "b", active: "a")]
    scene.hold([.a])
    change(&scene)
    let terminal = Terminal(columns: columns, rows: 24, hasColour: false, alphabet: alphabet)
    return Topology(
      scene: scene, setting: Self.setting, carrying: carrying, terminal: terminal
    )
    .lines.map { $0.rendered(columns: columns, colour: false) }
  }

  @Test
  func `the address stands on the way of the router that has it`() {
    #expect(
      picture(carrying: .a) == [
        "                            a  has 10.1.0.1  up",
        "                        ┏━━━ router a ━━━━━━━━━━━━━ 10.1.0.1 ━━━━━┓",
        "  client ━━━━━━ switch ━┩                                         ┡━ server ",
        "                        └─── router b ────────────────────────────┘",
        "                            b  ready  up",
      ])
  }

  @Test
  func `a router without power is broken, and the other one has it`() {
    let lines = picture(.ascii, carrying: .b, columns: 120) { scene in
      scene.harm[.a] = "no power"
      scene.statuses[.a] = nil
      scene.hold([.b])
    }
    #expect(
      lines == [
        "                            a  no power  ",
        "                        +... router a ..... x ....................+",
        "  client ====== switch =+                                         += server 10.2.0.10",
        "                        +=== router b ============= 10.1.0.1 =====+",
        "                            b  has 10.1.0.1  up",
      ])
  }

  @Test
  func `routers that do not hear each other both have it, and the picture says why`() {
    let lines = picture(carrying: .b) { scene in
      scene.harm[.between] = "they do not hear each other"
      scene.hold([.a, .b])
    }
    #expect(lines[1].contains("10.1.0.1") && lines[3].contains("10.1.0.1"))
    #expect(lines[2].contains("they do not hear each other"))
  }

  @Test(arguments: [true, false])
  func `every line fits 80 columns, whatever is wrong`(isOfRouters: Bool) {
    let setting = isOfRouters ? Self.setting : .links(isFast: false)
    for step in setting.faults.flatMap(\.steps) {
      var scene = Scene()
      for (part, what) in step.harm { scene.harm[part] = what }
      let terminal = Terminal(columns: 80, rows: 24, hasColour: false, alphabet: .boxes)
      for carrying in setting.paths.map({ Optional($0.part) }) + [nil] {
        let lines = Topology(
          scene: scene, setting: setting, carrying: carrying, terminal: terminal
        ).lines
        #expect(lines.allSatisfy { $0.width <= 80 }, "\(step.title)")
      }
    }
  }

  @Test(arguments: [true, false])
  func `a row of the table fits 80 columns`(isOfRouters: Bool) {
    let setting = isOfRouters ? Self.setting : .links(isFast: false)
    let results = setting.faults.flatMap(\.steps).map { step in
      guard case .traffic(_, let holders, _) = step.expectation else {
        return StepResult(
          title: step.title, lost: 1_000, outage: .seconds(1), after: "",
          verdict: .nothingToCount("nothing can arrive"))
      }
      return StepResult(
        title: step.title, detection: .milliseconds(999), lost: 99_999, outage: .seconds(20),
        after: setting.outcome(of: step, holders), verdict: .survived)
    }
    let lines = Table(results: results).lines
    #expect(lines.count == results.count + 1)
    #expect(lines.allSatisfy { $0.width <= 80 }, "\(lines.map(\.width))")
  }

  @Test
  func `whatever is broken is mended by the end of its fault`() {
    for fault in Fault.ofLinks + Fault.ofRouters {
      var harm: [Part: String] = [:]
      for step in fault.steps {
        for (part, what) in step.harm { harm[part] = what }
      }
      #expect(harm.isEmpty, "\(fault.name)")
    }
  }
}
