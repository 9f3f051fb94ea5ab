import Model

/// How nodes talk with each other.
struct ClusterDraft: SectionDraft {
  var keyFile: Placed<String>?
  var heartbeat: Placed<Duration>?
  var fall: Placed<Int>?
  var port: Placed<Int>?

  static let heartbeats = Duration.milliseconds(10)...(.seconds(60))

  static let section = Section<ClusterDraft>(
    "cluster",
    "The nodes' own channel: UDP between their `addresses`, over every path at once, and only "
      + "believed with the key. By it they know of each other what VRRP does not tell, and a node "
      + "that must yield says so at once.",
    chapter: "cluster",
    [
      Key(
        "key-file", \.keyFile, .filePath, .required,
        "A file with the key, the same on all nodes, readable by its owner alone. `siaga keygen` "
          + "makes one."),
      Key(
        "heartbeat", \.heartbeat, .duration(heartbeats), .default(.milliseconds(100)),
        "How often nodes tell each other how they are."),
      Key(
        "fall", \.fall, .number(1...100), .default(3),
        "After so many heartbeats without a word, on every path, a node is dead, if no "
          + "advertisement of it was heard meanwhile either."),
      Key("port", \.port, .number(1...65_535), .default(8_383), "The UDP port."),
    ])
}

extension ClusterDraft {
  init(_ cluster: Cluster) {
    keyFile = Placed(cluster.keyFile)
    heartbeat = Placed(cluster.heartbeat)
    fall = Placed(cluster.fall)
    port = Placed(Int(cluster.port))
  }

  /// Nil when a field is broken, of which the findings already tell.
  var cluster: Cluster? {
    guard let keyFile, let heartbeat, let fall, let port else { return nil }
    return Cluster(
      keyFile: keyFile.value, heartbeat: heartbeat.value, fall: fall.value,
      port: UInt16(port.value))
  }
}
