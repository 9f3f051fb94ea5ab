import Glibc

/// What the figures were measured on.
struct Machine {
  var processor: String
  var cores: Int
  var kernel: String
  var memory: String
  var load: String  // of others, before the first run

  static func read() -> Machine {
    let unknown = "unknown"
    // A machine that does not tell is described as unknown; the figures stand without it.
    let processor = (try? Proc.line("model name", of: "/proc/cpuinfo")) ?? unknown
    let kernel = (try? Proc.read("/proc/sys/kernel/osrelease")) ?? unknown
    let kilobytes = (try? Proc.field("MemTotal", of: "/proc/meminfo")).flatMap { Int($0) }
    return Machine(
      processor: processor,
      cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
      kernel: kernel.split(separator: "\n").joined(),
      memory: kilobytes.map { "\(($0 + 524_288) / 1_048_576) GB" } ?? unknown,
      load: (try? Proc.read("/proc/loadavg")).map { $0.prefix { $0 != " " }.description } ?? unknown
    )
  }

  var text: String {
    "\(processor), \(cores) cores, \(memory) of memory, Linux \(kernel);"
      + " load before the first run \(load)"
  }
}
