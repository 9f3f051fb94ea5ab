import Model
import Reconcile

/// Our nftables table, through the `nft` program. Blocks: for the slow lane only.
public enum NFTables {
  static func load(_ ruleset: String) -> ChangeFailure? {
    run(ruleset)
  }

  /// Removes the table if it is there.
  public static func remove() -> ChangeFailure? {
    run("table inet \(Ours.firewallTable)\n\(Firewall.removal)")
  }

  /// The table as `nft` prints it, nil when there is none.
  public static var listing: String? {
    let program = nft("list", "table", "inet", Ours.firewallTable)
    guard let outcome = try? program.run(), outcome.isSuccess else { return nil }
    return outcome.output
  }

  private static func run(_ ruleset: String) -> ChangeFailure? {
    var program = nft("-f", "-")
    program.input = ruleset
    do throws(SystemError) {
      let outcome = try program.run()
      guard !outcome.isSuccess else { return nil }
      let firstLine = outcome.output.split(separator: "\n").first.map { String($0) }
      return ChangeFailure(code: 0, name: "nft \(outcome.ending)", message: firstLine)
    } catch {
      return ChangeFailure(code: error.code, name: ErrorName.of(error.code), message: error.what)
    }
  }

  /// One that hangs must not keep the lane for ever.
  private static func nft(_ arguments: String...) -> ChildProgram {
    var program = ChildProgram(["nft"] + arguments)
    program.timeLimit = .seconds(60)
    program.outputLimit = 4 << 20
    return program
  }
}
