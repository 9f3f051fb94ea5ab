/// One key of a section, declared once: reading, defaults, the reference page, the schema and
/// "did you mean" all follow from it.
struct Key<Draft>: Sendable {
  typealias Field<Value> = WritableKeyPath<Draft, Placed<Value>?> & Sendable

  let outline: KeyOutline
  let read: @Sendable (ConfigNode.Entry, inout Draft, inout Findings) -> Void
  let leaveOut: @Sendable (ConfigPosition, inout Draft) -> Void
  let write: @Sendable (Draft) -> ConfigNode?
  let usual: ConfigNode?  // what is written where it is left out

  /// - Parameter field: where the value goes; it stays nil when the file's is broken.
  init<Value: Sendable>(
    _ name: String, _ field: any Field<Value>, _ form: Form<Value>, _ absence: Absence<Value>,
    _ doc: String
  ) {
    outline = KeyOutline(
      name: name, shape: form.shape, absence: absence.outline(in: form), doc: doc)
    read = { entry, draft, findings in
      if case .null = entry.value.content {
        findings.report("`\(name):` is empty", at: entry.position)
      } else {
        draft[keyPath: field] = form.read(entry.value, name.shown, &findings).map {
          Placed($0, at: entry.value.position)
        }
      }
    }
    leaveOut = { position, draft in
      draft[keyPath: field] = absence.value.map { Placed($0, at: position) }
    }
    write = { draft in
      draft[keyPath: field].flatMap { form.write($0.value) }
    }
    usual = absence.value.flatMap(form.write)
  }

  /// The same key where it changes what another place says: left out, it changes nothing.
  var changing: Key {
    Key(
      outline: KeyOutline(
        name: outline.name, shape: outline.shape, absence: .means("what the file's uplink has"),
        doc: outline.doc),
      read: read, leaveOut: { _, _ in }, write: write, usual: nil)
  }

  private init(
    outline: KeyOutline,
    read: @escaping @Sendable (ConfigNode.Entry, inout Draft, inout Findings) -> Void,
    leaveOut: @escaping @Sendable (ConfigPosition, inout Draft) -> Void,
    write: @escaping @Sendable (Draft) -> ConfigNode?, usual: ConfigNode?
  ) {
    self.outline = outline
    self.read = read
    self.leaveOut = leaveOut
    self.write = write
    self.usual = usual
  }
}

/// What it means to leave a key out.
enum Absence<Value: Sendable>: Sendable {
  case required
  case requiredSaying(String)  // required, and this is what to tell
  case requiredUnless(Value, [String], saying: String)  // one of these keys is there
  case alternative(Value, to: [String], later: [String])  // one of these keys must stand
  case `default`(Value)
  case means(Value, String)  // a default in words, because it depends

  var value: Value? {
    switch self {
    case .required, .requiredSaying: nil
    case .default(let value), .means(let value, _), .requiredUnless(let value, _, _),
      .alternative(let value, _, _):
      value
    }
  }

  func outline(in form: Form<Value>) -> KeyOutline.Absence {
    switch self {
    case .required: .required
    case .requiredSaying(let complaint): .requiredSaying(complaint)
    case .requiredUnless(_, let keys, let complaint): .requiredUnless(keys, complaint)
    case .alternative(_, let keys, let later): .alternative(keys, later: later)
    case .default(let value): .value(form.write(value)?.flow ?? "")
    case .means(_, let words): .means(words)
    }
  }
}
