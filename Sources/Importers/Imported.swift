import Config
import Model

/// What came of an import: a file of Siaga's that means what the sources mean, and what became of
/// each of their statements.
public struct Imported: Sendable {
  public let configuration: Configuration
  public let remarks: Remarks
  public let report: ImportReport

  /// The file; nil: nothing of use came out.
  public var text: String? {
    configuration.groups.isEmpty && configuration.bonds.isEmpty
      ? nil : configuration.written(with: remarks)
  }

  init(_ intent: Intent, _ report: ImportReport) {
    let settling = Settling(intent, report)
    configuration = settling.configuration
    remarks = settling.remarks
    self.report = settling.report
  }
}
