import ArgumentParser
import Config
import Glibc
import Importers
import Kernel
import YAML

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn another program's configuration into a siaga.yaml that means the same.",
    discussion: """
      The file goes to standard output; what became of each line that differs or was not carried \
      over goes to standard error. Nothing is changed, and no daemon is needed.
      """)

  @Argument(
    help: ArgumentHelp(
      "Whose files: \(ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "format"))
  var format: String

  @Argument(help: ArgumentHelp("Files, or directories of them.", valueName: "path"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "Write what became of every line there, as JSON; `-` is standard error.", valueName: "file"))
  var report: String?

  func run() throws {
    guard let format = ImportFormat(rawValue: format) else {
      let known = ImportFormat.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw Exit.Failure("`\(format)` cannot be imported; try \(known)", code: Exit.wrongUsage)
    }
    let files = try paths.flatMap(SourceFiles.below)
    let imported: Imported
    do throws(ImportFailure) {
      imported = try format.imported(files) { file in
        Result { () throws(ConfigProblems) in try ConfigNode(yaml: file.bytes) }
      }
    } catch {
      throw Exit.Failure(error.sentence)
    }
    try tell(imported.report)
    guard let text = imported.text else {
      throw Exit.Failure("nothing came out that Siaga could hold; see above what is missing")
    }
    do {
      _ = try readConfiguration(Array(text.utf8))
    } catch {
      throw Exit.Failure(
        "what siaga made of it is not valid, which is a mistake of siaga's:\n"
          + error.lines(in: "siaga.yaml").joined(separator: "\n"))
    }
    print(text, terminator: "")
  }

  private func tell(_ report: ImportReport) throws {
    if let file = self.report, file != "-" {
      if let code = FileText.replace(file, with: report.json, mode: 0o644) {
        throw Exit.Failure("\(file) cannot be written (\(ErrorName.of(code)))")
      }
    }
    let text = self.report == "-" ? report.json : report.lines.joined(separator: "\n") + "\n"
    let bytes = Array(text.utf8)
    write(STDERR_FILENO, bytes, bytes.count)
  }
}
