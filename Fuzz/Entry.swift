import Config
import FuzzCase
import FuzzPackets
import Glibc
import Importers
import YAML

/// libFuzzer's way in, once for each input that it makes up. FUZZ says what the bytes are: packets,
/// or whose files.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzed(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  // libFuzzer keeps what ends the program.
  if let complaint = complaint(bytes) { fatalError(complaint) }
  return 0
}

private let complaint: @Sendable ([UInt8]) -> String? = {
  let name = getenv("FUZZ").map { String(cString: $0) } ?? ""
  if name == "packets" { return { PacketCase($0).complaint } }
  guard let format = ImportFormat(rawValue: name) else {
    preconditionFailure("FUZZ is `\(name)`; scripts/fuzz sets it to what the bytes are")
  }
  return { bytes in
    ImportCase(format, packed: bytes).complaint { file in
      Result { () throws(ConfigProblems) in try ConfigNode(yaml: file.bytes) }
    }
  }
}()
