import ArgumentParser
import Glibc
import Kernel

struct KeyGen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Make a key file for a cluster; copy it to all its nodes.")

  @Argument(help: "The file to make; one that is there is left alone.")
  var file = "/etc/siaga/cluster.key"

  func run() throws {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let name = ErrorName.of(errno)
      throw Exit.Failure(
        name == "EEXIST"
          ? "\(file) is there already; remove it first if no node uses it"
          : "cannot make \(file) (\(name)); is its directory there, and may you write to it?")
    }
    defer { close(descriptor) }
    let bytes = Array(KeyFile.make().utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw Exit.Failure("cannot write \(file) (\(ErrorName.of(errno))); is the disk full?")
    }
    print("\(file): a new key. Copy it to every node, by a way that nobody else can read.")
  }
}

/// Started by the daemon itself (`AddressGuard`).
struct Guard: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard", abstract: "Remove held addresses when the daemon is gone.",
    shouldDisplay: false)

  func run() throws {
    try AddressGuard.run(on: STDIN_FILENO)
  }
}
