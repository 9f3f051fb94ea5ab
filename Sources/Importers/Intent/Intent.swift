import Model

/// What the sources mean, in nobody's words: links, ways by them, and which traffic goes by which
/// table of ways. Every importer ends here, and `Settling` turns it into a configuration.
struct Intent: Sendable {
  var links: [Link] = []  // in the order of the sources
  var ways: [Way] = []
  var selections: [Selection] = []  // the first that fits counts
  var resorts: [Resort] = []
  var bonds: [Bond] = []
  var opening: [String] = []  // for the top of the file
  /// Whether ways of one distance share the traffic; else the one that came first goes before.
  var equalsShare = true
  /// For above each group whose members all have a gateway: nobody asks whether they work.
  var unasked: [String] = []

  struct Link: Sendable {
    let interface: String
    var name: String?  // what people call it
    var addresses: [InterfaceAddress] = []
    /// By DHCP, advertisements or PPP; then the system sets the address too.
    var isDynamic = PerFamily { _ in false }
    var nat = NAT.none
    var nat6 = NAT6.none
    var clampsMSS = false
    var resolvers: [IPAddress] = []
    var question: Question?  // what tells of it wherever it stands
    var remarks: [String] = []
    var places: [SourcePlace] = []

    init(_ interface: String) {
      self.interface = interface
    }
  }

  struct Way: Sendable {
    var destination: Prefix
    var table = Intent.main
    var interface: String
    var gateway: IPAddress?  // nil: the link finds it, or needs none
    var distance: Int  // the smallest that works counts
    var weight = 1
    var question: Question?
    var isOnLink = false  // the gateway is near, whatever the addresses say
    var otherQuestions: [Question] = []  // besides that one: all must be well
    let place: SourcePlace

    var questions: [Question] { [question].compactMap { $0 } + otherQuestions }
  }

  /// What becomes of traffic where no way of a table works; a selection's own word goes before.
  struct Resort: Sendable {
    let destination: Prefix
    let table: String
    let resort: LastResort
    let place: SourcePlace
  }

  /// Traffic that goes by the ways of a table of its own.
  struct Selection: Sendable {
    var name: String?
    var match: TrafficMatch
    var families: [Family] = Family.allCases
    var table: String
    /// Where none of the table's ways works.
    var lastResort = LastResort.main
    let place: SourcePlace
  }

  /// Several ports as one link.
  struct Bond: Sendable {
    let name: String
    var ports: [String] = []
    var primary: String?
    var mode = Model.Bond.Mode.activeBackup
    var carrierInterval: Duration?  // nil: it is not said
    var mtu: Int?
    var failback = Failback.auto
    var settings: [Setting] = []
    var places: [SourcePlace]

    struct Setting: Sendable {
      let option: BondOption
      let value: BondOptions.Value
      let places: [SourcePlace]
    }
  }

  static let main = "main"

  private var indexes: [String: Int] = [:]  // of the links that `link(_:at:_:)` made

  /// The link of this interface; made if it is new.
  mutating func link(_ interface: String, at place: SourcePlace, _ change: (inout Link) -> Void) {
    let known = indexes[interface].flatMap { index in
      links.indices.contains(index) && links[index].interface == interface ? index : nil
    }
    let index =
      known ?? links.firstIndex { $0.interface == interface }
      ?? {
        links.append(Link(interface))
        return links.count - 1
      }()
    indexes[interface] = index
    if !links[index].places.contains(place) { links[index].places.append(place) }
    change(&links[index])
  }
}

/// A check before it has a name.
struct Question: Hashable, Sendable {
  var kind = CheckKind.ping
  var targets: [CheckTarget] = [.gateway]
  var need = 1
  var every: Duration
  var timeout: Duration
  var fall: Int
  var rise: Int
  var quality: Quality?

  func definition(_ name: CheckName) -> CheckDefinition {
    CheckDefinition(
      name: name, kind: kind, targets: targets, need: need, every: every, timeout: timeout,
      fall: fall, rise: rise, quality: quality)
  }
}
