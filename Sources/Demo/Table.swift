/// The results in columns.
struct Table {
  let results: [StepResult]

  var lines: [StyledLine] {
    let rows = results.map(\.cells)
    let widths = StepResult.headings.indices.map { column in
      ([StepResult.headings] + rows).map { $0[column].count }.max() ?? 0
    }
    return [line(StepResult.headings, widths) { _ in .faint }]
      + zip(results, rows).map { result, cells in
        line(cells, widths) { column in
          switch column {
          case _ where result.isFailure: .bad
          case 0: .strong
          case 2 where result.lost == 0: .good
          default: .plain
          }
        }
      }
  }

  private func line(
    _ cells: [String], _ widths: [Int], _ tint: (Int) -> Tint
  ) -> StyledLine {
    var line = StyledLine("  ")
    for (column, cell) in cells.enumerated() {
      let isLast = column == cells.count - 1
      line.add(isLast ? cell : cell.padded(to: widths[column] + 2), tint(column))
    }
    return line
  }
}
