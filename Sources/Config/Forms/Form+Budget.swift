import Model

extension Form<ByteBudget> {
  /// `10MB/day`: a whole number, its unit, and the time it is for.
  static let budget = Form.scalar(
    .text(
      "an amount in a time such as `10MB/day`",
      pattern: "^[1-9][0-9]*(kB|MB|GB)/(hour|day|month)$"),
    write: \.description
  ) { text in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let digits = parts[0].prefix { $0.isASCII && $0.isWholeNumber }
    let unit = parts[0].dropFirst(digits.count)
    guard parts.count == 2, let count = Int(decimal: digits), count > 0,
      let factor = ByteBudget.units.first(where: { $0.name == unit })?.bytes,
      let period = ByteBudget.Period(rawValue: String(parts[1]))
    else { return .mistaken(didYouMean: meant(digits, unit, parts.dropFirst().first)) }
    let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: factor)
    return isTooMuch ? .mistaken() : .value(ByteBudget(bytes: bytes, per: period))
  }

  /// `10MB/day` for `10mb/d` and `10MB`.
  @Sendable private static func meant(
    _ digits: Substring, _ unit: Substring, _ period: Substring?
  ) -> String? {
    guard !digits.isEmpty, digits.first != "0",
      let name = ByteBudget.units.first(where: {
        $0.name.lowercased() == unit.lowercased() || $0.name.prefix(1) == unit
      })?.name
    else { return nil }
    let word = period.map { $0.lowercased().prefix(1) } ?? "d"
    let meant = ByteBudget.Period.allCases.first { $0.rawValue.prefix(1) == word }
    return "\(digits)\(name)/\((meant ?? .day).rawValue)"
  }
}
