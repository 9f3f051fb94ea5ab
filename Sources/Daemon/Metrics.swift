import Engine
import Model

/// The daemon's numbers in Prometheus' text format (version 0.0.4).
struct Metrics {
  private var text = ""

  static func text(_ view: CoreView, _ status: StatusSnapshot) -> String {
    var metrics = Metrics()
    metrics.groups(status)
    metrics.checks(status)
    metrics.daemon(view, status)
    return metrics.text
  }

  private mutating func groups(_ status: StatusSnapshot) {
    family("siaga_group_state", "gauge", "1 for the state that the group is in.")
    for group in status.groups {
      sample("siaga_group_state", ["group": group.name, "state": group.state.rawValue], 1)
    }
    family(
      "siaga_member_active", "gauge", "Whether the member holds the group, as the kernel says.")
    for (group, member) in pairs(status) {
      let isActive = group.active.contains(member.name)
      sample("siaga_member_active", ["group": group.name, "member": member.name], isActive ? 1 : 0)
    }
    family("siaga_member_usable", "gauge", "Whether the kernel says that the member can be used.")
    for (group, member) in pairs(status) {
      sample(
        "siaga_member_usable", ["group": group.name, "member": member.name], member.usable ? 1 : 0)
    }
    family(
      "siaga_group_switches_total", "counter", "Moves of the holding since the daemon started.")
    for group in status.groups {
      sample("siaga_group_switches_total", ["group": group.name], Double(group.switches))
    }
  }

  private mutating func checks(_ status: StatusSnapshot) {
    let runs = pairs(status).flatMap { group, member in
      member.checks.map { check in
        let labels = [
          "group": group.name, "member": member.name, "check": check.name, "target": check.target,
        ]
        return (labels, check)
      }
    }
    family("siaga_check_up", "gauge", "1 up, 0 down, absent while not judged.")
    for (labels, check) in runs where check.health != .unknown {
      sample("siaga_check_up", labels, check.health == .up ? 1 : 0)
    }
    family("siaga_check_rtt_seconds", "gauge", "Round trip of the last answer.")
    for (labels, check) in runs {
      if let rtt = check.rttMs { sample("siaga_check_rtt_seconds", labels, rtt / 1_000) }
    }
    family("siaga_check_loss_ratio", "gauge", "Lost of the last 20 probes, or of the window's.")
    for (labels, check) in runs {
      let percent = check.quality?.lossPercent ?? check.lossPercent
      sample("siaga_check_loss_ratio", labels, Double(percent) / 100)
    }
    family("siaga_check_latency_seconds", "gauge", "Mean round trip of the window's probes.")
    for (labels, check) in runs {
      if let mean = check.quality?.latencyMs {
        sample("siaga_check_latency_seconds", labels, mean / 1_000)
      }
    }
    family("siaga_check_jitter_seconds", "gauge", "Mean difference of one round trip to the next.")
    for (labels, check) in runs {
      if let mean = check.quality?.jitterMs {
        sample("siaga_check_jitter_seconds", labels, mean / 1_000)
      }
    }
  }

  private mutating func daemon(_ view: CoreView, _ status: StatusSnapshot) {
    let tally = view.tally
    counter("siaga_probes_sent_total", "Probes sent.", tally.sent)
    counter("siaga_probes_unsent_total", "Probes that could not be sent.", tally.unsent)
    counter("siaga_packets_received_total", "ICMP messages received.", tally.received)
    counter("siaga_decisions_total", "Decisions made.", tally.decisions)
    counter("siaga_changes_total", "Changes asked of the kernel.", tally.changes)
    counter("siaga_changes_failed_total", "Changes that the kernel refused.", tally.failedChanges)
    counter("siaga_resyncs_total", "Times that the kernel's state was read whole.", tally.resyncs)
    counter("siaga_flow_sweeps_total", "Sweeps of tracked flows.", tally.sweeps)
    refusals("siaga_vrrp_refused_total", "VRRP packets that were refused.", view.refusals.routers)
    refusals("siaga_peer_refused_total", "Nodes' words that were refused.", view.refusals.nodes)
    let hooks = view.hooks.tally
    counter("siaga_hooks_run_total", "Hooks run.", hooks.run)
    counter("siaga_hooks_failed_total", "Hooks that failed.", hooks.failed)
    counter(
      "siaga_hooks_dropped_total", "Changes told to no hook, because too many waited.",
      hooks.dropped)
    family("siaga_changes_unfinished", "gauge", "Changes that the kernel has not confirmed.")
    sample("siaga_changes_unfinished", [:], Double(status.unfinished))
    histogram(
      "siaga_switch_seconds", "From the event read to the kernel's last word.", tally.switchTimes)
    histogram(
      "siaga_loop_turn_seconds", "How long the loop was at work between two waits.", tally.turns)
    histogram("siaga_loop_lateness_seconds", "How late timers fired.", tally.lateness)
  }

  private func pairs(_ status: StatusSnapshot) -> [(GroupStatus, MemberStatus)] {
    status.groups.flatMap { group in group.members.map { (group, $0) } }
  }

  private mutating func refusals(_ name: String, _ help: String, _ counts: [String: Int]) {
    family(name, "counter", help)
    for (reason, count) in counts.sorted(by: { $0.key < $1.key }) {
      sample(name, ["reason": reason], Double(count))
    }
  }

  private mutating func counter(_ name: String, _ help: String, _ value: Int) {
    family(name, "counter", help)
    sample(name, [:], Double(value))
  }

  private mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
    family(name, "histogram", help)
    for (bound, count) in zip(histogram.bounds, histogram.counts) {
      sample("\(name)_bucket", ["le": "\(Double(bound) / 1_000_000)"], Double(count))
    }
    sample("\(name)_bucket", ["le": "+Inf"], Double(histogram.count))
    sample("\(name)_sum", [:], histogram.sum.milliseconds / 1_000)
    sample("\(name)_count", [:], Double(histogram.count))
  }

  private mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private mutating func sample(_ name: String, _ labels: [String: String], _ value: Double) {
    let list = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
    let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    text += name + (list.isEmpty ? "" : "{\(list.joined(separator: ","))}") + " \(number)\n"
  }
}
