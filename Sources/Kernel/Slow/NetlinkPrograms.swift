/// The programs that have a netlink socket in this network namespace: who else may manage it.
/// Blocks: for the slow lane only.
enum NetlinkPrograms {
  /// Whether one of them has this name, as /proc/PID/comm has it: its first 15 characters.
  static func include(_ name: String, table path: String = "/proc/net/netlink") -> Bool {
    guard let table = FileText.read(path) else { return false }
    return processes(in: table).contains { process in
      FileText.read("/proc/\(process)/comm")?.split(separator: "\n").first == name.prefix(15)
    }
  }

  /// The third column: the first socket of a process is numbered after it, and others by numbers
  /// that no process has.
  static func processes(in table: String) -> Set<Int32> {
    Set(
      table.split(separator: "\n").compactMap { line in
        let columns = line.split(separator: " ")
        return columns.count > 2 ? Int32(columns[2]).flatMap { $0 > 0 ? $0 : nil } : nil
      })
  }
}
