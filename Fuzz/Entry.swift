import Config
import FuzzCase
import Glibc
import Importers
import YAML

/// libFuzzer's way in, once for each input that it makes up. FUZZ says whose files they are.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzed(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let complaint = ImportCase(format, packed: bytes).complaint { file in
    Result { () throws(ConfigProblems) in try ConfigNode(yaml: file.bytes) }
  }
  if let complaint { fatalError(complaint) }
  return 0
}

private let format: ImportFormat = {
  let name = getenv("FUZZ").map { String(cString: $0) } ?? ""
  guard let format = ImportFormat(rawValue: name) else {
    preconditionFailure("FUZZ is `\(name)`; scripts/fuzz sets it to the name of a format")
  }
  return format
}()
