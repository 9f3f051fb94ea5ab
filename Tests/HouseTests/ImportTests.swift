import Testing

/// ARCHITECTURE.md's import rules: they only ever point down.
struct ImportTests {
  /// Who may import whom, of the house's own targets. What a target may import from outside is
  /// in `outside`.
  private let allowed: [String: Set<String>] = [
    "Model": [],
    "Wire": ["Model"],
    "Config": ["Model"],
    "Checks": ["Model"],
    "Election": ["Model", "Wire"],
    "Engine": ["Model", "Wire", "Config", "Checks", "Election"],
    "Reconcile": ["Model"],
    "Pilot": ["Model", "Config", "Engine", "Reconcile"],
    "SimKit": ["Model", "Wire", "Config", "Checks", "Engine", "Reconcile", "Pilot"],
    "Importers": ["Model", "Config"],
    "Doctor": ["Model", "Config", "Engine", "Reconcile"],
    "YAML": ["Config", "CYAML"],
    "Kernel": ["CLinux", "Wire", "Model", "Reconcile"],
    "API": ["Model"],
    "Client": ["Model"],
    "Daemon": [
      "CLinux", "Model", "Config", "YAML", "Engine", "Reconcile", "Pilot", "SimKit", "Kernel",
      "API",
    ],
    "Surroundings": [
      "CLinux", "Wire", "Model", "Config", "YAML", "Kernel", "Client", "Doctor",
    ],
    "Lab": ["CLinux"],
    "Demo": ["CLinux", "Lab", "Model", "Client"],
    "siaga": [
      "CLinux", "Model", "Config", "Importers", "SimKit", "YAML", "Kernel", "Client", "Daemon",
      "Demo", "Doctor", "Surroundings",
    ],
    "siaga-bench": ["Lab", "Model", "Client", "Config", "SimKit"],
    "siaga-soak": ["Model", "SimKit"],
  ]

  private let outside: [String: Set<String>] = [
    "Kernel": ["Glibc", "Dispatch", "Synchronization"],
    "API": [
      "Hummingbird", "HummingbirdCore", "HTTPTypes", "ServiceLifecycle", "Logging", "NIOCore",
      "NIOPosix", "FoundationEssentials", "Synchronization",
    ],
    "Client": [
      "NIOCore", "NIOPosix", "NIOHTTP1", "FoundationEssentials", "Glibc", "Synchronization",
    ],
    "Daemon": ["Glibc", "Dispatch", "Synchronization", "Logging", "FoundationEssentials"],
    "Surroundings": ["Glibc", "FoundationEssentials"],
    "YAML": [],
    "Lab": ["Glibc", "Synchronization", "Dispatch"],
    "Demo": ["Glibc", "Synchronization", "Dispatch"],
    "siaga": [
      "ArgumentParser", "Glibc", "Dispatch", "Synchronization", "Logging", "FoundationEssentials",
    ],
    "siaga-bench": ["Glibc", "Synchronization", "Dispatch", "FoundationEssentials"],
    "siaga-soak": ["Glibc"],
  ]

  @Test
  func `every source file imports only what its target may`() throws {
    for path in House.sources {
      let target = String(path.split(separator: "/")[1])
      let house = try #require(allowed[target], "\(target) is not in the rules")
      let may = house.union(outside[target] ?? [])
      for name in try House.imports(of: path) {
        #expect(may.contains(name), "\(path) imports \(name)")
      }
    }
  }

  private static let pure: Set = [
    "Model", "Wire", "Config", "Checks", "Election", "Engine", "Reconcile", "Pilot", "SimKit",
    "Importers", "Doctor",
  ]

  @Test(arguments: pure.sorted())
  func `the targets that decide import nothing outside the package`(target: String) {
    #expect((outside[target] ?? []).isEmpty)
    #expect((allowed[target] ?? []).isSubset(of: Self.pure))
  }

  @Test
  func `the rules are those of Package swift`() throws {
    let manifest = try House.text("Package.swift")
    for target in allowed.keys.sorted() { #expect(manifest.contains("\"\(target)\"")) }
  }
}
