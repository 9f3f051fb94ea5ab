import Model

/// What is asked of a bond and of its ports, by RTM_NEWLINK.
///
/// The kernel takes the settings of one message in the order of their numbers, stops at the first
/// that it refuses, and keeps those before it.
public enum BondMessage {
  /// Makes a bond without ports, set down.
  public static func add(
    _ name: InterfaceName, _ options: BondOptions, sequence: UInt32
  ) -> NetlinkRequest {
    let flags = NetlinkFlag.acknowledge | NetlinkFlag.create | NetlinkFlag.exclusive
    var request = LinkMessage.change(nil, type: LinkMessage.new, flags: flags, sequence: sequence)
    request.attribute(LinkMessage.Attribute.name, text: name.text)
    request.attribute(LinkMessage.Attribute.group, Ours.linkGroup)
    request.bond { data in
      for (option, value) in options.all {
        data.attribute(option.rawValue) { value.write(to: &$0, as: option.form) }
      }
    }
    return request
  }

  public static func set(
    _ option: BondOption, to value: BondOptions.Value, of bond: InterfaceIndex, sequence: UInt32
  ) -> NetlinkRequest {
    var request = change(bond, sequence)
    request.bond { data in
      data.attribute(option.rawValue) { value.write(to: &$0, as: option.form) }
    }
    return request
  }

  /// The largest packet, in bytes, of it and of its ports.
  public static func resize(
    _ bond: InterfaceIndex, to mtu: Int, sequence: UInt32
  ) -> NetlinkRequest {
    var request = change(bond, sequence)
    request.attribute(LinkMessage.Attribute.mtu, UInt32(mtu))
    return request
  }

  /// From now on this port carries.
  public static func activate(
    _ port: InterfaceIndex, in bond: InterfaceIndex, sequence: UInt32
  ) -> NetlinkRequest {
    var request = change(bond, sequence)
    request.bond {
      $0.attribute(BondReport.Attribute.active) { $0.native32(UInt32(bitPattern: port.value)) }
    }
    return request
  }

  /// Whom the kernel prefers while nobody tells it whom to use; nil: nobody.
  public static func prefer(
    _ port: InterfaceIndex?, in bond: InterfaceIndex, sequence: UInt32
  ) -> NetlinkRequest {
    var request = change(bond, sequence)
    request.bond {
      $0.attribute(BondReport.Attribute.primary) {
        $0.native32(UInt32(bitPattern: port?.value ?? 0))
      }
    }
    return request
  }

  /// A port must be set down for that; nil takes it out of whatever it is in.
  public static func enslave(
    _ port: InterfaceIndex, to bond: InterfaceIndex?, sequence: UInt32
  ) -> NetlinkRequest {
    var request = change(port, sequence)
    request.attribute(LinkMessage.Attribute.master, UInt32(bitPattern: bond?.value ?? 0))
    return request
  }

  private static func change(_ index: InterfaceIndex, _ sequence: UInt32) -> NetlinkRequest {
    LinkMessage.change(
      index, type: LinkMessage.new, flags: NetlinkFlag.acknowledge, sequence: sequence)
  }
}

extension NetlinkRequest {
  fileprivate mutating func bond(_ write: (inout Writer) -> Void) {
    attribute(LinkMessage.Attribute.info) { info in
      info.attribute(LinkInfo.Attribute.kind) { $0.append(LinkInfo.Kind.bond.utf8) }
      info.attribute(LinkInfo.Attribute.data, write)
    }
  }
}
