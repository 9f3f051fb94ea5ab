import Doctor
import FoundationEssentials
import Glibc
import Kernel

extension Survey {
  /// What nftables holds, of us and of others, and what iptables marks.
  mutating func lookAtFirewall() {
    guard Self.isProgram("nft") else { return }
    do throws(SystemError) {
      let outcome = try Self.run(["nft", "-j", "list", "ruleset"])
      guard outcome.isSuccess else { return refused(outcome.output) }
      let listing = try? JSONDecoder().decode(NFTListing.self, from: Data(outcome.output.utf8))
      guard let listing else {
        facts.unseen.append("firewalls: what `nft -j list ruleset` says cannot be understood")
        return
      }
      facts.chains = listing.chains
    } catch {
      facts.unseen.append("firewalls: \(error)")
    }
    for program in ["iptables-save", "ip6tables-save"] where Self.isProgram(program) {
      let outcome = try? Self.run([program, "-t", "mangle"])
      // What it refuses, nft has told of.
      guard let outcome, outcome.isSuccess else { continue }
      facts.markLines += outcome.output.split(separator: "\n").filter { $0.contains("mark ") }
        .map { String($0) }
    }
  }

  private mutating func refused(_ output: String) {
    let line = output.split(separator: "\n").first.map { String($0) } ?? "no reason given"
    if line.contains("not supported") { facts.lacking.insert(.nftables) }
    facts.unseen.append("firewalls: `nft -j list ruleset` was refused (\(line))")
  }

  private static func run(_ words: [String]) throws(SystemError) -> ChildProgram.Outcome {
    var program = ChildProgram(words)
    program.timeLimit = .seconds(20)
    program.outputLimit = 15 << 20
    return try program.run()
  }
}
