import Model

/// What a `dns` check asks, and whom.
struct DNSUse: Sendable {
  let question: DNSQuestion
  let servers: [Placed<CheckTarget>]
}

/// A `dns` check, as the file gives it.
struct DNSDraft: SectionDraft {
  var name: Placed<DomainName>?
  var type: Placed<DNSRecordType>?
  var servers: Placed<[Placed<CheckTarget>]>?

  static let section = Section<DNSDraft>(
    "question", "What a resolver is asked.",
    [
      Key("name", \.name, .domainName, .required, "The name that is asked for."),
      Key("type", \.type, .recordType, .default(.a), "The kind of record."),
      Key(
        "server", \.servers, Form.target.oneOrList(atMost: CheckDraft.mostTargets),
        .default([Placed(.gateway)]),
        "Who is asked, at port 53: the gateway, `resolvers` (each that the uplink's `dns` names), or "
          + "an address."),
    ])
}

extension Form<DNSUse> {
  /// `{ name: example.org, type: A, server: gateway }`, or `example.org`.
  static let dns: Form = {
    let name = Form<DomainName>.domainName
    let whole = DNSDraft.section.inset
    let shape = Shape.either([name.shape, whole.shape])
    return Form(shape: shape) { node, subject, findings in
      switch node.content {
      case .scalar:
        return name.read(node, subject, &findings).map {
          DNSUse(question: DNSQuestion($0, .a), servers: [Placed(.gateway, at: node.position)])
        }
      case .mapping:
        return whole.read(node, subject, &findings)?.use
      case .sequence, .null:
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
    } write: { use in
      whole.write(
        DNSDraft(
          name: Placed(use.question.name), type: Placed(use.question.type),
          servers: Placed(use.servers)))
    }
  }()
}

extension DNSDraft {
  fileprivate var use: DNSUse? {
    guard let name, let type, let servers else { return nil }
    return DNSUse(question: DNSQuestion(name.value, type.value), servers: servers.value)
  }
}

extension Form<DomainName> {
  static let domainName = Form.scalar(
    .text("a domain name such as `example.org`", pattern: "^[!-~]{1,254}$"), write: \.description
  ) { text in
    do throws(DomainNameError) {
      return .value(try DomainName(text))
    } catch {
      return .wrong("cannot be \(text.shown): \(error)")
    }
  }
}

extension Form<DNSRecordType> {
  static let recordType: Form = {
    let words = DNSRecordType.names.map(\.name)
    return Form.scalar(
      .words(words), write: { type in DNSRecordType.names.first { $0.type == type }?.name ?? "A" }
    ) { text in
      DNSRecordType.names.first { $0.name == text }.map { .value($0.type) }
        ?? .mistaken(didYouMean: nearest(to: text, among: words))
    }
  }()
}
