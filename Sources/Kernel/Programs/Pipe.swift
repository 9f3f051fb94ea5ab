import CLinux

/// What goes in at its entrance comes out at its exit.
struct Pipe: ~Copyable {
  let exit: Descriptor
  let entrance: Descriptor

  init() throws(SystemError) {
    var ends: [Int32] = [0, 0]
    let result = siaga_pipe(&ends)
    guard result == 0 else { throw SystemError(code: -result, what: "open a pipe") }
    exit = Descriptor(ends[0])
    entrance = Descriptor(ends[1])
  }
}
