import Model
import Reconcile

/// Our nftables table, through the `nft` program. Blocks: for the slow lane only.
public enum NFTables {
  static func load(_ ruleset: String) -> ChangeFailure? {
    run(["nft", "-f", "-"], input: ruleset)
  }

  /// Removes the table if it is there.
  public static func remove() -> ChangeFailure? {
    run(["nft", "-f", "-"], input: "table inet \(Ours.firewallTable)\n\(Firewall.removal)")
  }

  /// The table as `nft` prints it, nil when there is none.
  public static var listing: String? {
    let arguments = ["nft", "list", "table", "inet", Ours.firewallTable]
    guard let outcome = try? ChildProgram.run(arguments), outcome.status == 0 else { return nil }
    return outcome.output
  }

  private static func run(_ arguments: [String], input: String) -> ChangeFailure? {
    do throws(SystemError) {
      let outcome = try ChildProgram.run(arguments, input: input)
      guard outcome.status != 0 else { return nil }
      let firstLine = outcome.output.split(separator: "\n").first.map { String($0) }
      return ChangeFailure(code: 0, name: "nft exited with \(outcome.status)", message: firstLine)
    } catch {
      return ChangeFailure(code: error.code, name: ErrorName.of(error.code), message: error.what)
    }
  }
}
