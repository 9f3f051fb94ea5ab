extension Examination {
  static let ofPrograms = [programMissing, capabilityMissing]

  private static let programMissing = Examination(
    "program-missing", sign: "A program that Siaga runs is not there, or cannot be run",
    why: "without `nft` nothing is translated nor marked; without its program a check says down"
  ) { patient in
    patient.facts.missing.map { program in
      let remedy =
        program.path.contains("/")
        ? "ls -l \(program.path) && chmod +x \(program.path)"
        : "apt-get install \(program.path == "nft" ? "nftables" : program.path)"
      return Complaint(
        "there is no program \(program.path) (\(program.purpose)) that can be run", remedy: remedy)
    }
  }

  private static let capabilityMissing = Examination(
    "capability-missing", sign: "CAP_NET_ADMIN or CAP_NET_RAW is withheld from whoever is root",
    why: "the daemon does not start: it could change no route, and probe by no link"
  ) { patient in
    let missing = patient.facts.missingCapabilities
    guard !missing.isEmpty else { return [] }
    let options = missing.map { "--cap-add \($0.dropFirst("CAP_".count))" }
    return [
      Complaint(
        "this machine withholds \(missing.joined(separator: " and ")), as containers do",
        remedy: "docker run \(options.joined(separator: " ")) …  # or in compose: cap_add")
    ]
  }
}
