import Config
import Model

extension Examination {
  static let ofFile = [fileUnreadable, fileInvalid, fileDiffers, fileDoubtful]

  private static let fileUnreadable = Examination(
    "file-unreadable", sign: "The configuration file is there and cannot be read",
    why: "the daemon does not start, and does not take the file when it is told to"
  ) { patient in
    guard case .unreadable(let path, let reason) = patient.facts.file else { return [] }
    return [
      Complaint(
        "\(path) cannot be read (\(reason))", remedy: "chgrp siaga \(path) && chmod 640 \(path)")
    ]
  }

  private static let fileInvalid = Examination(
    "file-invalid", sign: "The configuration file is not valid",
    why: "a daemon that starts anew refuses it, and one that runs goes on with what it had"
  ) { patient in
    guard case .invalid(let path, let problems) = patient.facts.file else { return [] }
    let first = problems.first.map { ", at first \($0)" } ?? ""
    let count = problems.count == 1 ? "one problem" : "\(problems.count) problems"
    return [
      Complaint(
        "\(path) is not valid: \(count)\(first)", remedy: "siaga check \(path)  # lists all of them"
      )
    ]
  }

  private static let fileDiffers = Examination(
    "file-not-in-force", sign: "The daemon runs another configuration than its file says",
    why: "what you read in the file is not what happens, until the next start makes it so"
  ) { patient in
    guard case .answers(let status, let runs?) = patient.facts.daemon,
      let configuration = patient.configuration
    else { return [] }
    let path = patient.facts.file.path
    guard let own = status.configFile else {
      return [
        Complaint(
          "the daemon was started without \(path), and watches this machine's default routes",
          remedy: "siaga apply \(path)")
      ]
    }
    guard configuration.resolved != runs else { return [] }
    let what =
      own == path
      ? "\(path) was changed, and the daemon has not taken it"
      : "the daemon goes by \(own), which says other things than \(path)"
    return [Complaint(what, remedy: "siaga apply \(path)")]
  }

  private static let fileDoubtful = Examination(
    "file-doubtful", .advice, sign: "Something in the configuration file is probably not meant",
    why: "it is valid, and does something else than it seems to"
  ) { patient in
    guard case .valid(let path, _, let warnings) = patient.facts.file else { return [] }
    return warnings.map {
      Complaint("\(path):\($0)", remedy: "siaga check \(path)  # after editing it")
    }
  }
}
