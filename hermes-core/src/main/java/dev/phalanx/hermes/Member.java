package dev.phalanx.hermes;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;

/** A connection as the gateway knows it: weakly, and with its topics. Its own lock guards these. */
final class Member extends WeakReference<WsConnection> {
  final String id;
  final Set<String> topics = new HashSet<>(4);
  boolean isOut;

  Member(WsConnection connection, ReferenceQueue<WsConnection> forgotten) {
    super(connection, forgotten);
    this.id = connection.id();
  }
}
