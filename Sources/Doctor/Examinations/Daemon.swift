import Model

extension Examination {
  static let ofDaemon = [daemonElsewhere, targetsSilent]

  private static let daemonElsewhere = Examination(
    "daemon-elsewhere", sign: "A daemon runs in this network namespace and does not answer here",
    why: "there is one daemon for a network: another does not start, and this one cannot be asked"
  ) { patient in
    guard case .silent(let process, let socket) = patient.facts.daemon else { return [] }
    let who = process > 0 ? "process \(process)" : "a process of another container"
    return [
      Complaint(
        "a siaga runs here (\(who)), but does not answer at the socket that was asked",
        remedy: socket.map { "siaga doctor --socket \($0)" }
          ?? (process > 0
            ? "kill -CONT \(process) || systemctl restart siaga" : "systemctl restart siaga"))
    ]
  }

  private static let targetsSilent = Examination(
    "target-silent", sign: "A target of a check has not answered a single probe",
    why: "a check that never succeeds holds its link down for ever, or says nothing of it"
  ) { patient in
    guard case .answers(let status, _) = patient.facts.daemon else { return [] }
    var told: Set<String> = []
    return status.groups.flatMap(\.members).flatMap { member in
      member.checks.filter { $0.sent >= 5 && $0.answered == 0 }.compactMap { check -> Complaint? in
        let what = "\(check.target) has answered none of \(check.sent) probes of check "
        guard told.insert("\(member.name) \(check.name) \(check.target)").inserted else {
          return nil
        }
        return Complaint(
          "\(what)\(check.name) by \(member.name)", remedy: "siaga probe \(member.name)")
      }
    }
  }
}
