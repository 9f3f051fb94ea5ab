// swift-tools-version: 6.2
import PackageDescription

// `SIAGA_PURE=1` leaves only the targets that import nothing outside the package:
// they build and test in seconds, on any platform (`make test-pure`).
let pureOnly = Context.environment["SIAGA_PURE"] != nil

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
// Lifetimes: `Wire.Reader` walks a borrowed `Span` and must not outlive it.
let pure = strict + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]

// Tests of what decides run it for hours of simulated time: optimized they take a quarter of theirs.
// Preconditions and overflow checks stay.
let decides = pure + (pureOnly ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : [])

// The program tells no symbols to others, so that what nobody calls is left out, and has its
// relocations packed (as of glibc 2.36): 4 MB less of it and of its memory. Gold cannot do that.
// It has no tables for unwinding: 5 MB less. Debuggers walk by frame pointers, which Swift keeps.
let small =
  ["-use-ld=lld"]
  + [
    "--no-export-dynamic", "-z", "pack-relative-relocs", "--no-eh-frame-hdr", "-T",
    Context.packageDirectory + "/scripts/without-unwinding.ld",
  ].flatMap { ["-Xlinker", $0] }

// What decides or moves packets is built to be quick; what reads files or talks to people, to be
// small.
let talks: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// - Parameters:
///   - files: folders of the tests that hold no source.
///   - tools: what the tests import besides.
func pureTarget(
  _ name: String, _ imports: [Target.Dependency] = [], testing files: [String] = [],
  with tools: [Target.Dependency] = [], as settings: [SwiftSetting] = decides
) -> [Target] {
  [
    .target(name: name, dependencies: imports, swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name)] + imports + tools, exclude: files,
      swiftSettings: strict),
  ]
}

func shellTarget(
  _ name: String, _ imports: [Target.Dependency], as settings: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: imports,
    swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")] + settings)
}

// The mind: values, events in, effects out. ARCHITECTURE.md says who may import whom;
// HouseTests enforces it.
var targets: [Target] = [
  pureTarget("Model"),
  pureTarget("Wire", ["Model"], with: ["FuzzPackets"]),
  pureTarget("Config", ["Model"], as: decides + talks),
  pureTarget("Checks", ["Model"]),
  pureTarget("Election", ["Model", "Wire"]),
  pureTarget("Engine", ["Model", "Wire", "Config", "Checks", "Election"]),
  pureTarget("Reconcile", ["Model"]),
  pureTarget("Pilot", ["Model", "Config", "Engine", "Reconcile"]),
  pureTarget("SimKit", ["Model", "Wire", "Config", "Checks", "Engine", "Reconcile", "Pilot"]),
  pureTarget(
    "Importers", ["Model", "Config"], testing: ["Networkd", "Netplan"], with: ["FuzzCase"],
    as: decides + talks),
  pureTarget("Doctor", ["Model", "Config", "Engine", "Reconcile"], as: decides + talks),
  // What fuzzing asks of importers and packets, for the tests to ask as well (scripts/fuzz).
  [
    .target(
      name: "FuzzCase", dependencies: ["Model", "Config", "Importers"], path: "Fuzz/Case",
      swiftSettings: pure),
    .target(
      name: "FuzzPackets", dependencies: ["Model", "Wire"], path: "Fuzz/Packets",
      swiftSettings: pure),
  ],
  // Seeds by the thousand (`make soak`).
  [
    .executableTarget(
      name: "siaga-soak", dependencies: ["Model", "SimKit"], swiftSettings: strict)
  ],
].flatMap { $0 }

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let serviceLifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1"].map {
  Target.Dependency.product(name: $0, package: "swift-nio")
}

// The shell: sockets, threads, programs.
if !pureOnly {
  targets += [
    .target(name: "CLinux"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    shellTarget("YAML", ["Config", "CYAML"], as: talks),
    shellTarget("Kernel", ["CLinux", "Wire", "Model", "Reconcile"]),
    shellTarget(
      "API", ["Model", hummingbird, hummingbirdCore, httpTypes, serviceLifecycle, logging] + nio,
      as: talks),
    shellTarget("Client", ["Model"] + nio, as: talks),
    shellTarget(
      "Daemon",
      [
        "CLinux", "Model", "Config", "YAML", "Engine", "Reconcile", "Pilot", "SimKit", "Kernel",
        "API", logging,
      ]),
    shellTarget(
      "Surroundings",
      ["CLinux", "Wire", "Model", "Config", "YAML", "Kernel", "Client", "Doctor"], as: talks),
    shellTarget("Lab", ["CLinux"]),
    shellTarget("Demo", ["CLinux", "Lab", "Model", "Client"], as: talks),
    .executableTarget(
      name: "siaga",
      dependencies: [
        "CLinux", "Model", "Config", "Importers", "SimKit", "YAML", "Kernel", "Client", "Daemon",
        "Demo", "Doctor", "Surroundings", argumentParser, logging,
      ],
      swiftSettings: strict + talks,
      linkerSettings: [.unsafeFlags(small, .when(configuration: .release))]),
    .executableTarget(
      name: "siaga-bench", dependencies: ["Lab", "Model", "Client", "Config", "SimKit"],
      swiftSettings: strict),
    .testTarget(name: "HouseTests", swiftSettings: strict),
    .testTarget(
      name: "YAMLTests",
      dependencies: ["YAML", "Config", "Model", "Importers", "SimKit", "FuzzCase"],
      swiftSettings: strict),
    .testTarget(
      name: "KernelTests",
      dependencies: ["Kernel", "Lab", "CLinux", "Wire", "Model", "Reconcile"],
      swiftSettings: strict),
    .testTarget(
      name: "KernelLabTests", dependencies: ["Lab", "Client", "Kernel", "Model", "Reconcile"],
      swiftSettings: strict),
    .testTarget(name: "DemoTests", dependencies: ["Demo", "Model"], swiftSettings: strict),
    .testTarget(
      name: "NetworkTests",
      dependencies: ["Lab", "Client", "Model", "Wire", "Config", "YAML", "SimKit"],
      swiftSettings: strict),
  ]
}

// A target is compiled anew when one that it names is. What its values hold may come from one that
// only those name: compiled with the old sizes of such values it would crash, so it names all.
for target in targets {
  let named = target.dependencies.compactMap(\.ofThisPackage)
  var reached = Set(named)
  var next = named
  while let name = next.popLast() {
    let further = targets.first { $0.name == name }?.dependencies.compactMap(\.ofThisPackage) ?? []
    next += further.filter { reached.insert($0).inserted }
  }
  target.dependencies += reached.subtracting(named).sorted().map { .target(name: $0) }
}

extension Target.Dependency {
  fileprivate var ofThisPackage: String? {
    switch self {
    case .targetItem(let name, _), .byNameItem(let name, _): name
    default: nil
    }
  }
}

let package = Package(
  name: "siaga",
  products: pureOnly ? [] : [.executable(name: "siaga", targets: ["siaga"])],
  dependencies: pureOnly
    ? []
    : [
      .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
      .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
      .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
      .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
      .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
      // Without its traits Hummingbird needs no TLS and no full Foundation.
      .package(
        url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
