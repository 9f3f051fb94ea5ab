/// What a later version will know. It is refused by name, never taken for something else.
enum Later {
  private static let commands: Set = [
    "drill", "history", "replay",
  ]

  /// - Parameter arguments: as typed, after the program's name.
  static func refuse(_ arguments: [String]) throws {
    guard let command = arguments.first, commands.contains(command) else { return }
    throw Exit.Failure(
      "`siaga \(command)` is not in this version (\(Siaga.version)); `siaga --help` lists what is",
      code: Exit.wrongUsage)
  }
}
