import Kernel
import Model
import Reconcile
import Synchronization

/// What the kernel is asked for on threads of their own, for it may keep whoever asks waiting. Each
/// answer comes up as an input.
extension KernelSide {
  /// All of it, as it is after everything that was heard.
  func readState() {
    reader.ask { [self] reader in
      do throws(SystemError) {
        tell(.state(.success(try reader.state())))
      } catch {
        tell(.state(.failure(error)))
      }
    }
  }

  func readTables(_ tables: [UInt32]) {
    reader.ask { [self] reader in
      do throws(SystemError) {
        var found: [KernelState.Delta] = []
        for table in tables { found.append(.table(table, .ipv4, try reader.table(table, .ipv4))) }
        tell(.tables(.success(found)))
      } catch {
        tell(.tables(.failure(error)))
      }
    }
  }

  /// A read that fails is made up for by the next.
  func readLinks(_ indices: [InterfaceIndex], anew: Bool) {
    carriers.ask { [self] reader in
      tell(.links((try? reader.changes(among: indices, anew: anew)) ?? []))
    }
  }

  func apply(_ changes: [Change]) {
    hand.ask { [self] hand in
      let failures = hand.apply(changes)
      tell(.changed(changes, failures, at: Clock.now))
    }
  }

  /// In its turn among changes: what is given up after it stays so.
  func lend(_ addresses: [HeldAddress], for time: Duration?) {
    hand.ask { [self] hand in tell(.lent(hand.lend(addresses, for: time))) }
  }

  private func tell(_ input: Input) {
    answers.withLock { $0.append(input) }
    loop.post { [self] in takeAnswers() }
  }

  /// On the loop's thread.
  func takeAnswers() {
    let due = answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
    for answer in due { receiver.take(answer) }
  }
}
