import Config
import Model

/// Values as Linux's programs write them.
enum LinuxWords {
  /// `default`, a network, or an address as a network of one.
  static func destination(_ text: String) -> Prefix? {
    switch text {
    case "default", "any": .defaultV4
    case "0/0": .defaultV4
    default: Prefix(anyway: text)
    }
  }

  /// A table by name or number; main is main.
  static func table(_ text: String) -> String? {
    let names = ["main": 254, "default": 253, "local": 255]
    guard let number = names[text] ?? Int(text), (1...0xffff_ffff).contains(number) else {
      return nil
    }
    return number == 254 ? Intent.main : "\(number)"
  }

  static func metric(_ text: String) -> Int? {
    Int(text).flatMap { (0...0xffff_ffff).contains($0) ? $0 : nil }
  }

  static func transport(_ text: String) -> UInt8? {
    let number = Transport.number(of: text.lowercased()) ?? UInt8(text)
    switch (number, text.lowercased()) {
    case (nil, "icmpv6"), (nil, "ipv6-icmp"): return 58
    case (let number?, _) where number > 0: return number
    default: return nil
    }
  }

  /// `80` and `1024-2048`
  static func ports(_ text: String) -> ClosedRange<UInt16>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard let low = ends.first ?? nil, let high = ends.last ?? nil, ends.count <= 2, low <= high,
      low > 0
    else { return nil }
    return low...high
  }

  /// `0x10`, `16` and `0x10/0xff`; nil too where its bits are Siaga's own.
  static func mark(_ text: String) -> Selector.Mark? {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { word in
      word.lowercased().hasPrefix("0x") ? UInt32(word.dropFirst(2), radix: 16) : UInt32(word)
    }
    guard (1...2).contains(numbers.count), let value = numbers[0] else { return nil }
    guard numbers.count == 2 else { return Selector.Mark(value) }
    guard let mask = numbers[1], mask != 0, value & ~mask == 0 else { return nil }
    return mask == .max || mask & MarkSpace.standard.mask == 0
      ? Selector.Mark(value, mask: mask) : nil
  }

  static func isOn(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "yes", "y", "true", "t", "on": true
    case "0", "no", "n", "false", "f", "off": false
    default: nil
    }
  }

  /// `1s 200ms` as systemd has it (systemd.time(7)); a number alone has the unit given.
  static func duration(_ text: String, alone unit: Duration) -> Duration? {
    let units: [String: Duration] = [
      "us": .microseconds(1), "ms": .milliseconds(1), "msec": .milliseconds(1), "s": .seconds(1),
      "sec": .seconds(1), "second": .seconds(1), "seconds": .seconds(1), "m": .seconds(60),
      "min": .seconds(60), "": unit,
    ]
    var rest = Substring(text.filter { $0 != " " })
    guard !rest.isEmpty else { return nil }
    var sum = Duration.zero
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let word = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(word.count)
      guard let value = Double(number), value < 1_000_000, let unit = units[String(word)] else {
        return nil
      }
      sum += unit * value
    }
    return sum
  }
}

extension LinuxWords {
  /// An address that Siaga may set, or why it is none.
  static func address(_ text: String) -> Result<InterfaceAddress, Complaint> {
    guard let address = InterfaceAddress(text) else {
      return .failure(
        Complaint(
          IPAddress(text) == nil
            ? "this is no address such as 192.0.2.2/24" : "it needs a length such as /24"))
    }
    let reason = address.reservedInItsNetwork ?? address.address.notUnicast
    return reason.map { .failure(Complaint("it \($0)")) } ?? .success(address)
  }

  /// A host such as a gateway or a resolver, or why it is none.
  static func host(_ text: String) -> Result<IPAddress, Complaint> {
    guard let address = IPAddress(text) else {
      return .failure(Complaint("this is no address such as 192.0.2.1"))
    }
    return address.notUnicast.map { .failure(Complaint("it \($0)")) } ?? .success(address)
  }

  struct Complaint: Error {
    let sentence: String

    init(_ sentence: String) {
      self.sentence = sentence
    }
  }
}
