/// One thing to look for: how it is told, and how it is seen in what was found out.
struct Examination: Sendable {
  let name: String
  let severity: Severity
  let sign: String  // for docs/doctor.md: what is looked for
  let why: String
  let complaints: @Sendable (Patient) -> [Complaint]

  init(
    _ name: String, _ severity: Severity = .problem, sign: String, why: String,
    complaints: @escaping @Sendable (Patient) -> [Complaint]
  ) {
    self.name = name
    self.severity = severity
    self.sign = sign
    self.why = why
    self.complaints = complaints
  }

  /// Every one, in the order in which they are told: what hides others comes first.
  static let all: [Examination] =
    ofFile + ofDaemon + ofPlaces + ofPrograms + ofKernel + ofInterfaces + ofBonds + ofGateways
    + ofSettings
    + ofRoutes + ofRules + ofMarks + ofFirewalls + ofManagers + ofTracking + ofLimits + ofClock
}

/// That something was found.
struct Complaint: Equatable, Sendable {
  let what: String
  let remedy: String
  let severity: Severity?  // nil: the examination's

  init(_ what: String, remedy: String, _ severity: Severity? = nil) {
    self.what = what
    self.remedy = remedy
    self.severity = severity
  }
}

/// What is wrong, given what was found out; problems first.
public func diagnose(_ facts: Facts) -> [Finding] {
  let patient = Patient(facts)
  let findings = Examination.all.flatMap { examination in
    examination.complaints(patient).map { complaint in
      Finding(
        name: examination.name, severity: complaint.severity ?? examination.severity,
        what: complaint.what, why: examination.why, remedy: complaint.remedy)
    }
  }
  return findings.filter { $0.severity == .problem } + findings.filter { $0.severity == .advice }
}
