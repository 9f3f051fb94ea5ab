/// What the daemon runs (`/v1/configuration`).
public struct RunningConfiguration: Codable, Equatable, Sendable {
  @Nullable public var file: String?  // nil: it watches the machine's default routes
  public var text: String  // with every default filled in

  public init(file: String?, text: String) {
    self.file = file
    self.text = text
  }
}
