import Glibc

extension SystemError {
  /// Why a probe did not leave, and what may be done about it.
  public var ofProbe: String {
    switch code {
    case EPERM: "\(self); does a firewall of this machine drop what it sends?"
    case ENOBUFS: "\(self); the link's queue is full: can it carry what it is given?"
    case EACCES, ENETUNREACH, EHOSTUNREACH, EINVAL:  // the last: a blackhole
      "\(self); does a rule or route of this machine keep it in? See `ip rule`"
    case ENETDOWN: "\(self); is the interface up?"
    case EADDRNOTAVAIL: "\(self); is the interface up, and has it its address?"
    default: "\(self)"
    }
  }
}
