import Glibc

/// A bus by which systemd's programs talk, for those who see our /run.
final class SystemBus {
  private let program: Program

  /// - Parameter run: a folder of `scratch`, which they see as /run.
  init(in scratch: ScratchDirectory, run: String = "run") throws {
    let socket = scratch.file("\(run)/dbus/system_bus_socket")
    try Command.run("mkdir", "-p", scratch.file("\(run)/dbus"))
    try scratch.write(Self.rules(socket), to: "bus.conf")
    program = try Program(
      ["dbus-daemon", "--nofork", "--nopidfile", "--config-file=\(scratch.file("bus.conf"))"],
      log: scratch.file("bus.log"))
    try waitUntil("the bus", within: .seconds(5)) { access(socket, F_OK) == 0 }
  }

  func end() { program.end() }

  private static func rules(_ socket: String) -> String {
    let directions = ["send", "receive"].flatMap { way in
      ["method_call", "method_return", "signal", "error"].map { "<allow \(way)_type=\"\($0)\"/>" }
    }
    return """
      <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
        "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig>
        <type>system</type>
        <listen>unix:path=\(socket)</listen>
        <auth>EXTERNAL</auth>
        <policy context="default">
          <allow user="*"/><allow own="*"/>
          \(directions.joined())
        </policy>
      </busconfig>

      """
  }
}
