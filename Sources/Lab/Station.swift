/// A real station of a Wi-Fi network: wpa_supplicant on a radio.
public final class Station {
  private let scratch: ScratchDirectory
  private let program: Program
  private let radio: Radio

  /// Starts it; it takes a moment to find its network.
  public init(of network: WirelessNetwork, by radio: Radio, tag: String) throws {
    self.radio = radio
    scratch = try ScratchDirectory(tag: tag)
    try scratch.write(
      """
      ctrl_interface=\(scratch.file("control"))
      network={
        ssid="\(network.name)"
        psk="\(network.passphrase)"
        scan_freq=\(network.megahertz)
      }

      """, to: "station.conf")
    program = try Program(
      [
        "wpa_supplicant", "-D", "nl80211", "-i", radio.interface, "-c",
        scratch.file("station.conf"),
      ], in: radio.namespace, log: scratch.file("log"))
  }

  /// Waits until it has joined: keys are agreed on, and packets may go.
  public func awaitJoined(within bound: Duration) throws {
    let question = ["wpa_cli", "-p", scratch.file("control"), "-i", radio.interface, "status"]
    try waitUntil(
      "\(radio.interface) in its network", within: bound, every: .milliseconds(100)
    ) {
      // Until the station listens, the question fails.
      try Command(question).outcome().output.contains("wpa_state=COMPLETED")
    }
  }

  public func end() {
    program.end()
  }

  /// Empty before it has said anything.
  public var log: String { (try? scratch.read("log")) ?? "" }
}
