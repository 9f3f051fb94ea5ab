extension Configuration {
  /// The file with every default filled in; it reads back as the same configuration. Inline
  /// checks stand under `checks`, by the names they got.
  public var resolved: String {
    let remarks = budgetSentences.map { "# \($0)\n" }
    return (FileDraft.section.form.write(FileDraft(self))?.block() ?? "") + remarks.joined()
  }
}
