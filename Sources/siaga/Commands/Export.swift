import ArgumentParser
import Config
import Glibc
import Kernel

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write bonds as another program's files: networkd.",
    discussion: """
      The files go to standard output, each under its name, or into a directory; what they cannot say \
      goes to standard error. Nothing else is changed, and no daemon is needed. Siaga goes on steering \
      a bond that systemd-networkd made, as long as its own file has it too.
      """)

  private enum Format: String, ExpressibleByArgument {
    case networkd
  }

  @Argument(help: ArgumentHelp("Whose files: networkd.", valueName: "format"))
  private var format: Format
  @Argument(help: "The file (default: \(StandardPaths.config)).") var file = StandardPaths.config
  @Option(help: ArgumentHelp("Write the files there, over none.", valueName: "dir"))
  var to: String?

  func run() throws {
    let export = NetworkdExport(try ConfigText(file).reading().configuration)
    guard !export.files.isEmpty else {
      throw Exit.Failure("\(file) has no bonds, and those alone are exported")
    }
    try to.map { try write(export.files, below: $0) } ?? show(export.files)
    let left = export.left.map { "not carried: \($0)\n" }.joined()
    let bytes = Array(left.utf8)
    Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }

  private func show(_ files: [NetworkdExport.File]) {
    print(files.map { "# \($0.name)\n\($0.text)" }.joined(separator: "\n"), terminator: "")
  }

  private func write(_ files: [NetworkdExport.File], below folder: String) throws {
    let paths = files.map { "\(folder)/\($0.name)" }
    if let there = paths.first(where: { access($0, F_OK) == 0 }) {
      throw Exit.Failure("\(there) is there already; move it, or name another directory")
    }
    for (path, file) in zip(paths, files) {
      if let code = FileText.replace(path, with: file.text, mode: 0o644) {
        throw Exit.Failure("\(path) cannot be written (\(ErrorName.of(code)))")
      }
      print(path)
    }
  }
}
