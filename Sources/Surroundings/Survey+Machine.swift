import CLinux
import Doctor
import Glibc
import Kernel
import Model

extension Survey {
  /// - Parameter daemon: its process; nil: it does not run, and one would be started as we are.
  mutating func lookAtMachine(as daemon: Int32?) {
    var disk = statvfs()
    facts.canWriteSettings =
      statvfs("/proc/sys/net", &disk) != 0 || disk.f_flag & UInt(ST_RDONLY) == 0
    let tracked = "/proc/sys/net/netfilter/nf_conntrack_"
    if let count = FileText.number("\(tracked)count"), let most = FileText.number("\(tracked)max") {
      facts.tracking = TrackingFacts(count: count, most: most)
    }
    lookForFeatures()
    facts.limits = Limits(process: daemon.map { "\($0)" } ?? "self").facts
    let synchronized = siaga_clock_is_synchronized()
    facts.clock = ClockFacts(
      isSynchronized: synchronized < 0 ? nil : synchronized == 1, wall: Clock.reading.wall)
  }

  private mutating func lookForFeatures() {
    if facts.tracking == nil, Modules().lack("nf_conntrack") { facts.lacking.insert(.tracking) }
    if FlowControl.isThere == false { facts.lacking.insert(.trackingControl) }
    if SysctlFiles.read(.multipathHash(.ipv4)) == nil { facts.lacking.insert(.multipath) }
    if access("/proc/sys/net/ipv6", F_OK) != 0 { facts.lacking.insert(.ipv6) }
  }
}

/// The modules that the running kernel can load, or has in it.
private struct Modules {
  private let lists: [String]

  init() {
    let release = FileText.lines("/proc/sys/kernel/osrelease").first ?? ""
    lists = ["modules.dep", "modules.builtin"].compactMap {
      FileText.read("/lib/modules/\(release)/\($0)")
    }
  }

  /// Whether it is sure that there is no such module.
  func lack(_ name: String) -> Bool {
    !lists.isEmpty && !lists.contains { $0.contains("/\(name).ko") }
  }
}

/// What bounds a process.
private struct Limits {
  let process: String

  var facts: LimitFacts {
    var facts = LimitFacts()
    let files = FileText.lines("/proc/\(process)/limits").first { $0.hasPrefix("Max open files") }
    facts.openFiles = files.flatMap { $0.split(separator: " ").dropFirst(3).first }.flatMap {
      Int($0)
    }
    facts.tasks = share("pids.current", "pids.max")
    facts.memory = share("memory.current", "memory.max")
    if isInside { facts.socketBuffer = FileText.number("/proc/sys/net/core/rmem_max") }
    return facts
  }

  private func share(_ used: String, _ most: String) -> LimitFacts.Share? {
    let line = FileText.lines("/proc/\(process)/cgroup").first { $0.hasPrefix("0::") }
    guard let group = line?.dropFirst(3) else { return nil }
    let folder = "/sys/fs/cgroup\(group)"
    guard let used = FileText.number("\(folder)/\(used)"),
      let most = FileText.number("\(folder)/\(most)")
    else { return nil }
    return LimitFacts.Share(used: used, most: most)
  }

  /// Whether it runs in a user namespace, where CAP_NET_ADMIN lifts no bound of sockets.
  private var isInside: Bool {
    let map = FileText.lines("/proc/\(process)/uid_map").first?.split(separator: " ")
    return map.map { $0 != ["0", "0", "4294967295"] } ?? false
  }
}

/// What the daemon needs in place of root.
enum Capability {
  static var missing: [String] {
    [(12, "CAP_NET_ADMIN"), (13, "CAP_NET_RAW")].filter { siaga_is_capable($0.0) == 0 }.map(\.1)
  }
}
