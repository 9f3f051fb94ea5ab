/// What a later version will know. It is refused by name, never taken for something else.
enum Later {
  private static let commands: Set = [
    "drill", "history", "replay",
  ]

  private static let options: [String: Set<String>] = [
    "demo": ["--kind"]
  ]

  /// - Parameter arguments: as typed, after the program's name.
  static func refuse(_ arguments: [String]) throws {
    guard let command = arguments.first else { return }
    if commands.contains(command) { throw refusal("siaga \(command)") }
    for argument in arguments.dropFirst().prefix(while: { $0 != "--" }) {
      let name = argument.prefix { $0 != "=" }
      if options[command]?.contains(String(name)) ?? false {
        throw refusal("siaga \(command) \(name)")
      }
    }
  }

  private static func refusal(_ what: String) -> Exit.Failure {
    Exit.Failure(
      "`\(what)` is not in this version (\(Siaga.version)); `siaga --help` lists what is",
      code: Exit.wrongUsage)
  }
}
