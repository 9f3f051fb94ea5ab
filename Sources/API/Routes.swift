import FoundationEssentials
import HTTPTypes
import Hummingbird
import Model
import NIOCore

/// The paths below `/v1`, and `/metrics`.
struct Routes {
  let operations: any Operations

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: RefusalMiddleware())
    addQuestions(to: router)
    addOrders(to: router)
    addConfigurations(to: router)
    return router
  }

  private func addQuestions(to router: Router<BasicRequestContext>) {
    let operations = operations
    router.get("/v1/status") { _, _ in JSONAnswer.of(await operations.status()) }
    router.get("/v1/decisions") { request, _ in
      let after = request.uri.queryParameters["after"].map { UInt64($0) } ?? 0
      guard let after else {
        return JSONAnswer.refusal("after= takes a decision's id", .badRequest)
      }
      return JSONAnswer.of(await operations.decisions(after: after))
    }
    router.get("/v1/groups/:name/explanation") { _, context in
      let name = Self.name(context)
      guard let explanation = await operations.explanation(of: name) else {
        return JSONAnswer.refusal("there is no group \(name)", .notFound)
      }
      return JSONAnswer.of(explanation)
    }
    router.get("/v1/configuration") { _, _ in JSONAnswer.of(await operations.configuration()) }
    router.get("/metrics") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: await operations.metrics())))
    }
  }

  private func addOrders(to router: Router<BasicRequestContext>) {
    router.post("/v1/groups/:name/switch") { request, context in
      let order = try await Self.body(SwitchOrder.self, of: request)
      return await carryOut(
        .pin(group: Self.name(context), member: order.member, isHard: order.hard ?? false))
    }
    router.post("/v1/groups/:name/failback") { _, context in
      await carryOut(.failback(group: Self.name(context)))
    }
    router.post("/v1/groups/:name/auto") { _, context in
      await carryOut(.auto(group: Self.name(context)))
    }
    router.post("/v1/members/:name/drain") { request, context in
      let order = try await Self.body(DrainOrder.self, of: request)
      return await carryOut(.drain(member: Self.name(context), isForced: order.force ?? false))
    }
    router.post("/v1/members/:name/undrain") { _, context in
      await carryOut(.undrain(member: Self.name(context)))
    }
    let operations = operations
    router.post("/v1/members/:name/probe") { _, context in
      let member = Self.name(context)
      return await Self.answer { () async throws(OrderRefused) in
        try await operations.probe(member)
      }
    }
  }

  private func addConfigurations(to router: Router<BasicRequestContext>) {
    let operations = operations
    router.post("/v1/plan") { request, _ in
      let text = try await Self.text(of: request)
      return await Self.answer { () async throws(OrderRefused) in try await operations.plan(text) }
    }
    router.post("/v1/apply") { request, _ in
      let text = try await Self.text(of: request)
      let query = request.uri.queryParameters
      let seconds = query["confirm"].map { Int64($0) }
      guard seconds.map({ (1...86_400).contains($0 ?? 0) }) ?? true else {
        return JSONAnswer.refusal("confirm= takes seconds, 1 to 86400", .badRequest)
      }
      let trial = seconds.flatMap { $0 }.map {
        TrialTerms(time: .seconds($0), confirmsWhenHealthy: query["when-healthy"] != nil)
      }
      return await Self.answer { () async throws(OrderRefused) in
        try await operations.apply(text, by: Self.caller(request), trial: trial)
      }
    }
    router.post("/v1/confirm") { request, _ in
      let number = request.uri.queryParameters["number"].map { UInt64($0) }
      if case .some(nil) = number {
        return JSONAnswer.refusal("number= takes the number of a trial", .badRequest)
      }
      return await Self.answer { () async throws(OrderRefused) in
        try await operations.confirm(number.flatMap { $0 }, by: Self.caller(request))
      }
    }
  }

  private func carryOut(_ order: Order) async -> Response {
    let operations = operations
    return await Self.answer { () async throws(OrderRefused) in
      try await operations.carryOut(order)
    }
  }

  private static func answer(
    _ work: () async throws(OrderRefused) -> some Encodable
  ) async -> Response {
    do throws(OrderRefused) {
      return JSONAnswer.of(try await work())
    } catch {
      return JSONAnswer.of(error.refusal, status: .unprocessableContent)
    }
  }

  /// Who calls, as he says himself: for other operators, not for the law.
  private static func caller(_ request: Request) -> String {
    request.uri.queryParameters["by"].map { String($0.prefix(64)) } ?? "somebody"
  }

  private static func name(_ context: BasicRequestContext) -> String {
    context.parameters.get("name") ?? ""
  }

  private static func text(of request: Request) async throws -> String {
    // It is here already, and no longer than it may be.
    String(buffer: try await request.body.collect(upTo: .max))
  }

  /// An empty body means that nothing special is ordered.
  private static func body<Value: Decodable>(
    _ type: Value.Type, of request: Request
  ) async throws -> Value {
    let text = try await text(of: request)
    do {
      return try JSONDecoder().decode(type, from: Data((text.isEmpty ? "{}" : text).utf8))
    } catch {
      throw HTTPError(.badRequest, message: "the body is not the JSON that this order takes")
    }
  }
}

private struct SwitchOrder: Decodable {
  let member: String
  let hard: Bool?
}

private struct DrainOrder: Decodable {
  let force: Bool?
}

/// Responses of JSON, indented and with sorted keys: people read them too.
enum JSONAnswer {
  static func of(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let data = try encoder.encode(value)
      return Response(
        status: status, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: Array(data) + [0x0a])))
    } catch {
      return Response(status: .internalServerError)
    }
  }

  static func refusal(_ sentence: String, _ status: HTTPResponse.Status) -> Response {
    of(Refusal(error: sentence), status: status)
  }
}
