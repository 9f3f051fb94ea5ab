/// Does something and then cleans up, whichever way it ended; its own error comes first.
func finally<Value>(
  _ cleanUp: () throws -> Void, _ body: () async throws -> Value
) async throws -> Value {
  let value: Value
  do {
    value = try await body()
  } catch {
    do {
      try cleanUp()
    } catch let second {
      complain("  could not clean up: \(second)")
    }
    throw error
  }
  try cleanUp()
  return value
}
