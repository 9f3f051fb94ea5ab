import Glibc
import Lab

/// Runs the measurements one after another, and beside them what takes an hour and hardly a processor;
/// tells what came out.
struct Bench {
  static let measurements: [any Measurement] = [
    CablePulled(), QuietCarrierLoss(), GatewayMute(), DecisionTime(), Footprint(),
    StartTime(), CrowdedSwitch(), ManyUplinks(), WeightedSharing(), Flapping(),
    ImportTime(), ManyTargets(), BusyCores(), CrowdedFlows(), ManyCarriersLost(), RouteStorm(),
    LargeReload(), Allocations(), SimulationSpeed(), ForesightTime(), Hour(), Day(),
    PairFaults(interval: 1_000), PairFaults(interval: 100), PairFaults(interval: 10),
    VirtualMACFaults(), ManyRouters(), OneRouter(), BondFaults(), AirGone(), ManualFiles(),
  ]

  let arguments: Arguments

  init(_ arguments: Arguments) {
    self.arguments = arguments
  }

  /// Whether every row could be measured.
  func run() async -> Bool {
    guard let executable = runnable() else { return false }
    let setting = Setting(
      executable: executable, runs: arguments.runs, minutes: arguments.minutes,
      counter: arguments.counter)
    let machine = Machine.read()
    let asked = Self.measurements.filter(isAsked)
    async let beside = Self.results(of: asked.filter { $0.occasion == .beside }, setting)
    let others = await Self.results(of: asked.filter { $0.occasion != .beside }, setting)
    let (rows, failures) = await (others.rows + beside.rows, others.failures + beside.failures)
    let report = Report(
      rows: rows, failures: failures, machine: machine, runs: arguments.runs,
      isInLab: arguments.isInLab)
    print(report.plain)
    return write(report) && keeps(Ratios(rows)) && failures.isEmpty
  }

  private static func results(
    of measurements: [any Measurement], _ setting: Setting
  ) async -> (rows: [Row], failures: [String]) {
    var rows: [Row] = []
    var failures: [String] = []
    for measurement in measurements {
      complain(measurement.name)
      do {
        rows += try await measurement.measure(setting)
      } catch {
        failures.append("\(measurement.name): \(error)")
        complain("  could not be measured: \(error)")
      }
    }
    return (rows, failures)
  }

  private func isAsked(_ measurement: any Measurement) -> Bool {
    if let only = arguments.only { return only == measurement.name }
    if arguments.isInLab { return measurement.occasion == .inLab }
    return switch measurement.occasion {
    case .always: true
    case .atLength, .beside: arguments.check == nil
    case .inLab: false
    }
  }

  /// Holds the ratios against those of a file, or writes them to one.
  private func keeps(_ ratios: Ratios) -> Bool {
    do throws(RatiosError) {
      if let path = arguments.ratios { try ratios.write(to: path) }
      guard let path = arguments.check else { return true }
      let (table, isNoWorse) = ratios.compared(to: try Ratios(reading: path))
      print("\nOurs beside the peer's or the target, then → now:\n\(table)")
      if !isNoWorse { complain("what is WORSE lost more than a quarter; is the machine quiet?") }
      return isNoWorse
    } catch {
      complain("siaga-bench: \(error)")
      return false
    }
  }

  private func runnable() -> String? {
    guard geteuid() == 0 else {
      complain("siaga-bench makes network namespaces, so it must be run as root")
      return nil
    }
    guard access(arguments.siaga, X_OK) == 0 else {
      complain("there is no program at \(arguments.siaga); build it, or tell --siaga PATH")
      return nil
    }
    return arguments.siaga
  }

  private func write(_ report: Report) -> Bool {
    guard let path = arguments.output else { return true }
    guard let file = fopen(path, "w") else {
      complain("cannot write \(path): \(String(cString: strerror(errno)))")
      return false
    }
    fputs(report.markdown, file)
    fclose(file)
    return true
  }
}

/// Progress and complaints, apart from the table on standard output.
func complain(_ text: String) {
  var bytes = Array((text + "\n").utf8)
  write(STDERR_FILENO, &bytes, bytes.count)
}
