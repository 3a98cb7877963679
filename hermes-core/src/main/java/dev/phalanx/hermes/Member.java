package dev.phalanx.hermes;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;

/**
 * A connection as the gateway knows it: weakly, and with its topics. Its own lock guards these. In
 * a topic the latest stands first.
 */
final class Member extends WeakReference<WsConnection> implements Comparable<Member> {
  final String id;
  private final long number;
  final Set<String> topics = new HashSet<>(4);
  boolean isOut;

  Member(WsConnection connection, long number, ReferenceQueue<WsConnection> forgotten) {
    super(connection, forgotten);
    this.id = connection.id();
    this.number = number;
  }

  @Override
  public int compareTo(Member other) {
    return Long.compare(other.number, number);
  }
}
