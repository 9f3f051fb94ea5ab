import Engine
import Model

/// What is read of the kernel, and what it answers: by then more may have been heard.
extension Pilot {
  // MARK: All of it

  mutating func resync(at now: Instant, _ shell: inout some Shell) {
    guard stateAsked == nil else { return }  // once that is answered
    // Among what was not heard may be a link event, after which others are held back.
    carrier.heard(at: now)
    heardOfLinks = true
    mustResync = false
    let mark = hindsight.ask()
    switch shell.readState() {
    case .now(let state): took(state, since: mark, at: now, &shell)
    case .later: stateAsked = mark
    }
  }

  /// - Parameter state: nil if it could not be read.
  public mutating func tookState(
    _ state: KernelState?, at now: Instant, _ shell: inout some Shell
  ) {
    guard let mark = stateAsked else { return }
    stateAsked = nil
    took(state, since: mark, at: now, &shell)
  }

  private mutating func took(
    _ state: KernelState?, since mark: Hindsight.Mark, at now: Instant, _ shell: inout some Shell
  ) {
    let since = hindsight.answered(mark)
    guard var state, let since else {
      mustResync = true
      return carrier.retry(at: now)
    }
    state.keep(engine.observed)
    since.heard.forEach { state.apply($0) }
    // There may be links by now of which nobody has heard yet.
    carrier.heard(at: now)
    heardOfLinks = true
    isInDoubt = false
    hasRead = true
    mustAgree = true
    run(engine.handle(.resynced(state), at: now), at: now, &shell)
  }

  // MARK: Tables

  /// Until then routes may be gone of which the kernel said nothing.
  var isReadingRoutes: Bool { tablesAsked != nil || stateAsked != nil || mustResync }

  mutating func read(
    _ tables: Set<UInt32>, at now: Instant, _ shell: inout some Shell
  ) {
    tablesToRead.formUnion(tables)
    guard tablesAsked == nil, !tablesToRead.isEmpty else { return }
    let tables = tablesToRead.sorted()
    tablesToRead = []
    let mark = hindsight.ask()
    switch shell.readTables(tables) {
    case .now(let found): took(found, since: mark, at: now, &shell)
    case .later: tablesAsked = mark
    }
  }

  /// - Parameter found: nil if one of the tables could not be read.
  public mutating func tookTables(
    _ found: [KernelState.Delta]?, at now: Instant, _ shell: inout some Shell
  ) {
    guard let mark = tablesAsked else { return }
    tablesAsked = nil
    took(found, since: mark, at: now, &shell)
    read([], at: now, &shell)
  }

  private mutating func took(
    _ found: [KernelState.Delta]?, since mark: Hindsight.Mark, at now: Instant,
    _ shell: inout some Shell
  ) {
    guard let since = hindsight.answered(mark), let found else {
      mustResync = true
      return
    }
    mustAgree = true
    // It is as old as its question: nobody else's answer is to be measured by it.
    see(found + since.heard.filter(\.isOfRoutes), at: now, &shell)
  }

  // MARK: Links

  mutating func readCarriers(at now: Instant, _ shell: inout some Shell) {
    guard carrier.isDue(at: now) else { return }
    let used = engine.usedLinks
    carrier.wasRead(at: now, hasLinks: !used.isEmpty)
    guard !used.isEmpty else { return }
    let anew = heardOfLinks
    if linksAsked == nil { heardOfLinks = false }
    read(links: unasked(of: used), anew: anew, at: now, &shell)
  }

  /// What the kernel has not answered yet, it answers as of then.
  private func unasked(of links: [InterfaceIndex]) -> [InterfaceIndex] {
    guard let linksAsked else { return links }
    let asked = Set(linksAsked.links)
    return links.filter { !asked.contains($0) }
  }

  /// - Parameter anew: if not, those that are as they were read before are not looked at.
  mutating func read(
    links: [InterfaceIndex], anew: Bool, at now: Instant, _ shell: inout some Shell
  ) {
    guard linksAsked == nil, !links.isEmpty else { return linksToRead.formUnion(links) }
    let question = LinkQuestion(links: links, mark: hindsight.ask())
    switch shell.readLinks(links, anew: anew) {
    case .now(let found): took(found, to: question, at: now, &shell)
    case .later: linksAsked = question
    }
  }

  public mutating func tookLinks(
    _ found: [Link], at now: Instant, _ shell: inout some Shell
  ) {
    guard let question = linksAsked else { return }
    linksAsked = nil
    took(found, to: question, at: now, &shell)
    let again = linksToRead.sorted()
    linksToRead = []
    read(links: again, anew: true, at: now, &shell)
  }

  /// Of a link that was heard of since, the answer may be the older word: it is asked for again.
  private mutating func took(
    _ found: [Link], to question: LinkQuestion, at now: Instant, _ shell: inout some Shell
  ) {
    guard let since = hindsight.answered(question.mark) else {
      return linksToRead.formUnion(question.links)
    }
    let heardOf = Set(since.heard.compactMap(\.ofLink))
    linksToRead.formUnion(question.links.filter(heardOf.contains))
    var answers = found.filter { !heardOf.contains($0.index) }
    for index in question.links where !heardOf.contains(index) {
      guard let notice = returning.removeValue(forKey: index) else { continue }
      // Nobody contradicts it.
      if !answers.contains(where: { $0.index == index }) { answers.append(notice) }
    }
    let news = answers.filter { engine.observed.links[$0.index] != $0 }
    observe(news.map { .link($0) }, isRead: true, at: now, &shell)
  }
}

/// Links that are being read.
struct LinkQuestion: Sendable {
  let links: [InterfaceIndex]
  let mark: Hindsight.Mark
}

extension KernelState.Delta {
  /// Whether it is of what `Shell.readState` tells.
  var isRead: Bool {
    switch self {
    case .link, .linkGone, .address, .addressGone, .route, .routeGone, .table, .foreignDefault,
      .foreignDefaultGone, .rule, .ruleGone:
      true
    case .leased, .sysctl, .firewall: false
    }
  }

  /// Whether it says which routes there are.
  fileprivate var isOfRoutes: Bool {
    switch self {
    case .route, .routeGone, .linkGone: true
    case .link, .address, .addressGone, .table, .foreignDefault, .foreignDefaultGone, .leased,
      .rule, .ruleGone, .sysctl, .firewall:
      false
    }
  }

  var ofLink: InterfaceIndex? {
    switch self {
    case .link(let link): link.index
    case .linkGone(let index): index
    case .address, .addressGone, .route, .routeGone, .table, .foreignDefault,
      .foreignDefaultGone, .leased, .rule, .ruleGone, .sysctl, .firewall:
      nil
    }
  }
}
