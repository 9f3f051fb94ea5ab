import ArgumentParser
import Client
import Model

struct Switch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Move a group to a member, and pin it there.",
    discussion: "The pin holds until its member fails, then policy rules until it returns.")

  @Argument(help: "The group.") var group: String
  @Argument(help: "The member that is to hold it.") var member: String
  @Flag(help: "Keep it there whatever happens.") var hard = false
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let answer = try await daemon.client.switchGroup(group, to: member, hard: hard)
    try daemon.show(answer) { answer.message }
  }
}

struct FailBack: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failback", abstract: "Give a group back to its best member, and lift a pin.")

  @Argument(help: "The group.") var group: String
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let answer = try await daemon.client.failBack(group: group)
    try daemon.show(answer) { answer.message }
  }
}

struct Auto: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let policy rule a group again: lift its pin.")

  @Argument(help: "The group.") var group: String
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let answer = try await daemon.client.automatic(group: group)
    try daemon.show(answer) { answer.message }
  }
}

struct Drain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take a member out gently, for maintenance.")

  @Argument(help: "The member.") var member: String
  @Flag(help: "Even when it is the last eligible one.") var force = false
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let answer = try await daemon.client.drain(member: member, force: force)
    try daemon.show(answer) { answer.message }
  }
}

struct Undrain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Put a drained member back.")

  @Argument(help: "The member.") var member: String
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let answer = try await daemon.client.undrain(member: member)
    try daemon.show(answer) { answer.message }
  }
}
