import ArgumentParser
import Config
import Glibc
import Kernel
import Model
import YAML

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a commented configuration from what this machine has now.",
    discussion: """
      Reads links, addresses and default routes, and changes nothing. The links that lead out \
      become uplinks, in the order of their metrics; what is a guess says so. No daemon is needed.
      """)

  @Option(
    help: ArgumentHelp("Write it there, not to standard output.", valueName: "file"))
  var write: String?

  @Flag(help: "Overwrite that file.") var force = false

  func validate() throws {
    if force, write == nil { throw ValidationError("--force goes with --write FILE") }
  }

  func run() throws {
    let machine = try Machine.here
    guard let proposal = Proposal(machine) else { throw Exit.Failure(machine.lack) }
    let text = proposal.text
    do {
      _ = try readConfiguration(Array(text.utf8))
    } catch {
      throw Exit.Failure(
        "what siaga made of this machine is not valid, which is a mistake of siaga's:\n"
          + error.lines(in: "siaga.yaml").joined(separator: "\n"))
    }
    guard let write else { return print(text, terminator: "") }
    try store(text, in: write)
    print("\(write) is written; read it, then see what it would change: siaga plan \(write)")
  }

  private func store(_ text: String, in file: String) throws {
    guard force || access(file, F_OK) != 0 else {
      throw Exit.Failure("\(file) is there already; --force overwrites it")
    }
    if let code = FileText.replace(file, with: text, mode: 0o644) {
      throw Exit.Failure(
        "\(file) cannot be written (\(ErrorName.of(code))); is its directory there, and yours to "
          + "write?")
    }
  }
}

extension Machine {
  /// This one.
  fileprivate static var here: Machine {
    get throws {
      var host = [CChar](repeating: 0, count: 256)
      gethostname(&host, host.count - 1)
      return Machine(
        name: String(
          decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
        kernel: try KernelReader().state(),
        forwards: PerFamily { SysctlFiles.read(.forwarding($0)) == "1" })
    }
  }

  /// Why there is nothing to propose, and what to do.
  fileprivate var lack: String {
    let links = kernel.links.values.filter { $0.isUp && $0.name.text != "lo" }
      .map(\.name.text).sorted()
    return "nothing here says which way out is: there is no default route. Set one (`ip route add "
      + "default via GATEWAY dev INTERFACE`, or start the DHCP client) and try again, or write the "
      + "file by hand (docs/config.md). "
      + (links.isEmpty
        ? "No interface is up." : "Interfaces that are up: \(links.joined(separator: ", ")).")
  }
}
