extension Examination {
  static let ofPlaces = [socketClosed, stateReadOnly, stateFull]

  private static let socketClosed = Examination(
    "socket-closed", sign: "The group `siaga` cannot reach the control socket",
    why: "only root can ask and order then; monitoring and operators are shut out"
  ) { patient in
    let place = patient.facts.place
    guard place.hasGroup, let socket = place.socket else { return [] }
    if let directory = socket.closedDirectory {
      return [
        Complaint(
          "\(directory), above \(socket.path), lets nobody pass but its owner",
          remedy: "chmod o+x \(directory)")
      ]
    }
    guard socket.group != "siaga" || socket.mode & 0o060 != 0o060 else { return [] }
    let mode = String(socket.mode & 0o777, radix: 8)
    return [
      Complaint(
        "\(socket.path) is for group \(socket.group), mode \(mode)",
        remedy: "chgrp siaga \(socket.path) && chmod 660 \(socket.path)")
    ]
  }

  private static let stateReadOnly = Examination(
    "state-read-only", sign: "The state directory cannot be written",
    why: "pins, drains, damping and what settings were before are forgotten at the next start"
  ) { patient in
    guard let state = patient.facts.place.state, !state.isWritable else { return [] }
    return [
      Complaint(
        "\(state.user) cannot write in \(state.path)",
        remedy: "mount -o remount,rw \(state.path) || chown \(state.user) \(state.path)")
    ]
  }

  /// What a daemon with every uplink and group that there can be keeps there.
  private static let room = 256 << 10

  private static let stateFull = Examination(
    "state-full", sign: "The state directory's disk has less than 256 KiB, or no file, left",
    why: "pins, drains and damping cannot be stored, and are forgotten at the next start"
  ) { patient in
    guard let state = patient.facts.place.state, state.isWritable,
      state.freeBytes < room || state.freeFiles < 4
    else { return [] }
    let left = state.freeFiles < 4 ? "\(state.freeFiles) files" : "\(state.freeBytes >> 10) KiB"
    return [
      Complaint(
        "\(state.path) has room for \(left) only",
        remedy: "du -xh \(state.path) | sort -h | tail  # then remove what is not needed")
    ]
  }
}
