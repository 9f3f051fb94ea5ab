import HTTPTypes
import Hummingbird

/// Turns what goes wrong below into the JSON that clients expect: a sentence, not a page.
struct RefusalMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError {
      let sentence =
        error.body ?? (error.status == .notFound ? "no such path" : error.status.reasonPhrase)
      return JSONAnswer.refusal(sentence, error.status)
    }
  }
}
