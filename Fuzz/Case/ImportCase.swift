import Config
import Importers
import Model

/// What every import must hold, whatever the files say. The fuzzer asks it of inputs that it makes
/// up, the tests of those that are kept.
public struct ImportCase: Sendable {
  public let format: ImportFormat
  public let files: [SourceFile]

  public init(_ format: ImportFormat, _ files: [SourceFile]) {
    self.format = format
    self.files = files
  }

  /// Several files as one run of bytes: a line `-- NAME --` begins each. What comes before the
  /// first such line is a file too.
  public init(_ format: ImportFormat, packed bytes: [UInt8]) {
    var files: [SourceFile] = []
    var name: String?
    var content: [UInt8] = []
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if let next = Self.name(in: line) {
        if name != nil || !content.isEmpty {
          files.append(SourceFile(name: name ?? "x", bytes: content))
        }
        (name, content) = (next, [])
      } else {
        content += line
        content.append(UInt8(ascii: "\n"))
      }
    }
    if !content.isEmpty { content.removeLast() }  // `split` sees a line after the last line feed
    files.append(SourceFile(name: name ?? "x", bytes: content))
    self.init(format, files)
  }

  private static func name(in line: ArraySlice<UInt8>) -> String? {
    let dashes = Array("-- ".utf8)
    guard line.count > 2 * dashes.count, line.starts(with: dashes),
      line.reversed().starts(with: dashes)
    else { return nil }
    return String(decoding: line.dropFirst(dashes.count).dropLast(dashes.count), as: UTF8.self)
  }

  /// What is wrong with what came out; nil: nothing is.
  /// - Parameter yaml: nil: nobody here reads YAML, so the tree is read back and not the text.
  public func complaint(yaml: ImportFormat.YAMLReader?) -> String? {
    let imported: Imported
    do throws(ImportFailure) {
      imported =
        if let yaml { try format.imported(files, yaml: yaml) } else { try format.imported(files) }
    } catch {
      return nil  // It looks like another program's.
    }
    if imported.report.lines.isEmpty { return "nothing is told, not even how much was carried" }
    if imported.report.json.isEmpty { return "the report has no JSON" }
    guard let text = imported.text else { return nil }
    do throws(ConfigProblems) {
      let tree =
        if let yaml {
          try yaml(SourceFile(name: "siaga.yaml", bytes: Array(text.utf8))).get()
        } else {
          imported.configuration.terseTree
        }
      let read = try Configuration.read(tree)
      return read == imported.configuration ? nil : "it reads back as something else:\n\(text)"
    } catch {
      return "\(error.lines(in: "siaga.yaml").joined(separator: "\n"))\n\(text)"
    }
  }
}
