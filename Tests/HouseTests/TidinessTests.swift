import Testing

/// What a reader of the repository can rely on.
struct TidinessTests {
  @Test
  func `no file is longer than a reader's patience`() throws {
    for path in House.sources {
      let lines = try House.text(path).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 400, "\(path) has \(lines.count) lines")
    }
  }

  @Test
  func `full Foundation is not imported`() throws {
    for path in House.sources {
      #expect(try !House.imports(of: path).contains("Foundation"), "\(path)")
    }
  }

  @Test
  func `no room is called after what everything is`() {
    for path in House.sources {
      for word in ["Utils", "Helper", "Manager.swift"] where !path.contains("ServiceManager") {
        #expect(!path.contains(word), "\(path)")
      }
    }
  }

  @Test
  func `what decides reads no clock, and the wall clock is read in one place for people`() throws {
    let clocks = [
      "ContinuousClock", "SuspendingClock", "clock_gettime", "Date()", "CLOCK_REALTIME",
    ]
    let outside = ["Lab", "Demo", "siaga-bench", "siaga-soak", "Client"]
    for path in House.sources where !outside.contains(String(path.split(separator: "/")[1])) {
      guard path != "Sources/Kernel/Loop/Clock.swift" else { continue }
      let text = try House.text(path)
      for clock in clocks { #expect(!text.contains(clock), "\(path) has \(clock)") }
    }
  }

  @Test
  func `README names every command`() throws {
    let readme = try House.text("README.md")
    let commands = [
      "run", "init", "check", "plan", "apply", "status", "explain", "probe", "doctor", "switch",
      "failback",
      "auto",
      "drain",
      "undrain", "demo", "schema",
    ]
    for command in commands { #expect(readme.contains("`siaga \(command)"), "\(command)") }
    for target in ["make demo", "make test", "make build", "make bench", "make install"] {
      #expect(readme.contains(target), "\(target)")
    }
  }

  @Test
  func `the API's page names every path and metric`() throws {
    let page = try House.text("docs/api.md")
    let routes = try House.text("Sources/API/Routes.swift")
    for match in routes.matches(of: /router\.(get|post)\("([^"]+)"\)/) {
      let path = match.2.replacing(":name", with: "NAME")
      #expect(page.contains("\(match.1.uppercased()) \(path)"), "\(path)")
    }
    for match in try House.text("Sources/Daemon/Metrics.swift").matches(of: /siaga_[a-z_]+/) {
      #expect(page.contains("`\(match.0)`"), "\(match.0)")
    }
  }

  @Test
  func `ARCHITECTURE names every target`() throws {
    let text = try House.text("ARCHITECTURE.md")
    let targets = Set(House.sources.map { String($0.split(separator: "/")[1]) })
    for target in targets.sorted() { #expect(text.contains(target), "\(target)") }
  }
}
