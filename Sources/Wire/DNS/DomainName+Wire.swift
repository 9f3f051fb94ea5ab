import Model

/// Names on the wire. A response may end a name with a pointer to an earlier one, which is how
/// a few bytes can be made to never end (RFC 1035 §4.1.4): so each pointer must lead to before
/// the piece that it ends, and what it leads to is read no further than to there.
extension Reader {
  /// As many as a name can have labels; more pointers than that lead nowhere.
  private static let mostPointers = 127

  /// The next name, with its pointers followed; the reader then stands after the name's own bytes.
  @_lifetime(self: copy self)
  mutating func dnsName() throws(DecodeError) -> DomainName {
    var start = offset
    var labels: [[UInt8]] = []
    var pointer = try dnsLabels(&labels)
    var pointers = 0
    while let target = pointer {
      pointers += 1
      guard target < start, pointers <= Self.mostPointers else {
        throw .badValue(field: "name pointer")
      }
      var piece = try elsewhere(target..<start)
      start = target
      pointer = try piece.dnsLabels(&labels)
    }
    return try DomainName(read: labels)
  }

  /// Labels, up to the root's.
  /// - Returns: where the name goes on, if it ends in a pointer.
  @_lifetime(self: copy self)
  private mutating func dnsLabels(_ labels: inout [[UInt8]]) throws(DecodeError) -> Int? {
    while true {
      let first = try byte()
      switch first >> 6 {
      case 0b00:
        if first == 0 { return nil }
        var label = try slice(Int(first))
        labels.append(label.rest())
      case 0b11:
        return Int(first & 0x3f) << 8 | Int(try byte())
      default:
        // RFC 6891 §5: the other two kinds of label are obsolete or were never used.
        throw .badValue(field: "label")
      }
    }
  }
}

extension DomainName {
  /// - Throws: `badLength` when the labels are longer than a name may be.
  fileprivate init(read labels: [[UInt8]]) throws(DecodeError) {
    do throws(DomainNameError) {
      self = try DomainName(labels: labels)
    } catch {
      throw .badLength(labels.reduce(1) { $0 + 1 + $1.count })
    }
  }
}

extension Writer {
  /// Without pointers: a query has one name only.
  mutating func dnsName(_ name: DomainName) {
    for label in name.labels {
      byte(UInt8(label.count))
      append(label)
    }
    byte(0)
  }
}
