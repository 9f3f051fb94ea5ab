import Config
import Model

extension Examination {
  static let ofLimits = [filesFew, tasksFull, memoryFull, bufferSmall]

  private static let filesFew = Examination(
    "files-few", sign: "The daemon may open fewer files than its checks and clients need",
    why: "probes that cannot be sent say nothing, so a dead link is not found"
  ) { patient in
    guard let most = patient.facts.limits.openFiles else { return [] }
    let need = 128 + (patient.configuration?.mostDescriptors ?? 0)
    guard most < need else { return [] }
    return [
      Complaint(
        "siaga may open \(most) files, and may need \(need)",
        remedy:
          "mkdir -p /etc/systemd/system/siaga.service.d && printf '[Service]\\nLimitNOFILE=65536"
          + "\\n' >/etc/systemd/system/siaga.service.d/files.conf && systemctl daemon-reload && "
          + "systemctl restart siaga")
    ]
  }

  private static let tasksFull = Examination(
    "tasks-full", sign: "The daemon's control group has fewer than 16 tasks left",
    why: "programs of checks and hooks, and `nft`, cannot be started"
  ) { patient in
    guard let tasks = patient.facts.limits.tasks, tasks.most - tasks.used < 16 else { return [] }
    return [
      Complaint(
        "\(tasks.used) of \(tasks.most) tasks of its control group are in use",
        remedy: "systemctl set-property siaga.service TasksMax=512")
    ]
  }

  private static let leastMemory = 16 << 20

  private static let memoryFull = Examination(
    "memory-full", sign: "The daemon's control group has less than 16 MiB of memory left",
    why: "the kernel ends the daemon when it needs more, and nobody watches the links meanwhile"
  ) { patient in
    guard let memory = patient.facts.limits.memory, memory.most - memory.used < leastMemory else {
      return []
    }
    return [
      Complaint(
        "\(memory.used >> 20) of \(memory.most >> 20) MiB of its control group are in use",
        remedy: "systemctl set-property siaga.service MemoryMax=256M")
    ]
  }

  /// What the daemon asks for, so that a storm of links finds room.
  private static let wantedBuffer = 4 << 20

  private static let bufferSmall = Examination(
    "buffer-small", .advice,
    sign: "Siaga may not queue 4 MiB of the kernel's notices (net.core.rmem_max, in a container)",
    why: "in a storm of changes notices are lost, and all must be read anew before a link is left"
  ) { patient in
    guard let most = patient.facts.limits.socketBuffer, most < wantedBuffer else { return [] }
    return [
      Complaint(
        "a socket of siaga may queue \(most >> 10) KiB",
        remedy: "sysctl -w net.core.rmem_max=\(wantedBuffer)  # on the host")
    ]
  }
}

extension Configuration {
  /// Sockets of links, and a descriptor for each target that is asked by a conversation.
  fileprivate var mostDescriptors: Int {
    let links = uplinks.count * 8
    return uplinks.reduce(links) { sum, _ in sum + checks.reduce(0) { $0 + $1.targets.count } }
  }
}
