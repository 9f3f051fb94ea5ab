import Client
import Foundation
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// The power goes in the middle of everything: what is on disk is cut off, and what is in the
  /// kernel is half done.
  struct KilledMidSwitchTests {
    @Test
    func `killed in a switch with its memory cut off anywhere, it comes up and finds its way`()
      async throws
    {
      try await Scene.run { scene in
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        let normal = try scene.ours()
        var random = SystemRandomNumberGenerator()
        for round in 0..<(Environment.isSoak ? 100 : 12) {
          // A drain in every other round, so that there is something to be written and forgotten.
          if round % 2 == 0 { _ = try await scene.client.drain(member: "isp2") }
          let isCut = round % 3 != 0
          if isCut { try scene.network.isp1.cable.pull() }
          (Moment.now + .microseconds(Int.random(in: 0..<4_000, using: &random))).sleep()
          scene.daemon.kill()
          try scene.cutMemory(round, &random)
          try scene.daemon.start()
          try await scene.await("it is up, round \(round)") { _ in true }
          if isCut {
            _ = try? await scene.client.undrain(member: "isp2")  // it may know of no drain any more
            try await scene.awaitHolder("isp2", within: .seconds(10))
            try scene.network.isp1.cable.plug()
          }
          try await scene.awaitHolder("isp1", within: .seconds(10))
          try await scene.awaitHealth()
          _ = try? await scene.client.undrain(member: "isp2")
        }
        try await scene.await("as before") { _ in (try? scene.ours()) == normal }
        #expect(try await scene.client.status().troubles.isEmpty)
        try await scene.stillSwitches()
      }
    }
  }
}

extension Scene {
  /// In turn: nothing, a file that was begun and not put in place, one that ends anywhere.
  fileprivate func cutMemory(_ round: Int, _ random: inout SystemRandomNumberGenerator) throws {
    let path = "\(state)/memory.json"
    let whole = (try? String(contentsOfFile: path, encoding: .utf8)) ?? "{}"
    let part = String(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
    switch round % 4 {
    case 0: break
    case 1: try FileWriter.write(part, to: path + ".new")
    default: try FileWriter.write(part, to: path)
    }
  }
}
