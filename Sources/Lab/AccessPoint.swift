/// A real access point: hostapd on a radio.
public final class AccessPoint {
  private let scratch: ScratchDirectory
  private let program: Program

  /// Starts it, and waits until stations can come.
  /// - Parameter bridge: the bridge of its namespace that the stations shall be on.
  public init(
    of network: WirelessNetwork, by radio: Radio, bridge: String? = nil, tag: String
  ) throws {
    scratch = try ScratchDirectory(tag: tag)
    try scratch.write(
      """
      interface=\(radio.interface)
      \(bridge.map { "bridge=\($0)" } ?? "")
      ssid=\(network.name)
      hw_mode=g
      channel=\(network.channel)
      wpa=2
      wpa_key_mgmt=WPA-PSK
      rsn_pairwise=CCMP
      wpa_passphrase=\(network.passphrase)

      """, to: "hostapd.conf")
    program = try Program(
      ["hostapd", scratch.file("hostapd.conf")], in: radio.namespace, log: scratch.file("log"))
    try waitUntil("\(network.name) on the air", within: .seconds(30), every: .milliseconds(50)) {
      log.contains("AP-ENABLED") || !program.isRunning
    }
    if let exit = program.wait(atMost: .zero) {
      throw LabError.failed(command: "hostapd", exit: exit, output: log)
    }
  }

  /// It leaves the air, and says so to its stations; the moment before.
  @discardableResult
  public func end() -> Moment {
    let before = Moment.now
    program.end()
    return before
  }

  /// Empty before it has said anything.
  public var log: String { (try? scratch.read("log")) ?? "" }
}
