import Config
import Engine
import Model
import Reconcile

extension Examination {
  static let ofMarks = [ruleByOurMarks, marksWritten]

  private static let ruleByOurMarks = Examination(
    "rule-by-our-marks", sign: "Somebody's rule goes by mark bits that Siaga sets on packets",
    why: "packets that Siaga marks are led away by it"
  ) { patient in
    patient.rivals.compactMap { rival in
      guard case .marks(let marks) = rival.kind else { return nil }
      return Complaint(
        "a rule of priority \(rival.rule.priority) goes by mark \(rival.rule.selector.text), of "
          + "bits that are ours (\(hex(marks.mask)))",
        remedy: Change.removeRule(rival.rule).line(patient.name) + "  # or: "
          + otherMarks(patient))
    }
  }

  private static let marksWritten = Examination(
    "marks-written", sign: "Somebody's firewall rule writes mark bits that are ours",
    why: "a packet or a flow gets another link's mark, or loses its own, and goes the wrong way"
  ) { patient in
    guard let ours = patient.configuration?.marks.mask else { return [] }
    let chains = (patient.facts.chains ?? []).filter { !$0.isOurs }
    let byNFT = chains.flatMap { chain in
      chain.rules.flatMap(\.marks).filter { $0.written & ours != 0 }.map { mark in
        complaint(mark, "a rule in chain \(chain.text)", ours, patient)
      }
    }
    let byTables = patient.facts.markLines.compactMap { line -> Complaint? in
      guard let mark = FirewallMark(iptables: line), mark.written & ours != 0 else { return nil }
      return complaint(mark, "`iptables \(line)`", ours, patient)
    }
    return (byNFT + byTables).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// One that sets our bits makes packets go astray; one that clears them, or copies what was
  /// there, does so only where it comes after ours.
  private static func complaint(
    _ mark: FirewallMark, _ who: String, _ ours: UInt32, _ patient: Patient
  ) -> Complaint {
    let sets = (mark.value ?? 0) & ours != 0
    let what = sets ? "sets" : mark.value == nil ? "overwrites" : "clears"
    return Complaint(
      "\(who) \(what) mark bits that are ours (\(hex(ours)))", remedy: otherMarks(patient),
      sets ? .problem : .advice)
  }

  private static func otherMarks(_ patient: Patient) -> String {
    let path = patient.facts.file.path
    let used = (patient.facts.chains ?? []).flatMap(\.rules).flatMap(\.marks)
      .reduce(patient.configuration?.marks.mask ?? 0) { $0 | ($1.value ?? 0) }
    let free = [16, 8, 24, 0].map { UInt32(0x3f) << UInt32($0) }.first { $0 & used == 0 }
    return "sed -i -e '1i marks: \(hex(free ?? 0x3f0000))' -e '/^marks:/d' \(path) && siaga apply "
      + path
  }

  private static func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}

extension FirewallMark {
  /// - Parameter line: of iptables-save: `-A PREROUTING -j MARK --set-xmark 0x200/0xf00`.
  init?(iptables line: String) {
    let words = line.split(separator: " ")
    for (word, next) in zip(words, words.dropFirst()) {
      let numbers = next.split(separator: "/").map { Self.number($0) }
      switch word {
      case "--set-xmark", "--set-mark":
        guard let value = numbers.first ?? nil else { return nil }
        let mask = numbers.count > 1 ? numbers[1] ?? .max : .max
        self.init(written: mask | value, value: value)
      case "--or-mark":
        guard let value = numbers.first ?? nil else { return nil }
        self.init(written: value, value: value)
      case "--and-mark":
        guard let value = numbers.first ?? nil else { return nil }
        self.init(written: ~value, value: 0)
      case "--restore-mark", "--save-mark":
        self.init(written: .max, value: nil)
      default: continue
      }
      return
    }
    return nil
  }

  private static func number(_ text: Substring) -> UInt32? {
    text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
  }
}
