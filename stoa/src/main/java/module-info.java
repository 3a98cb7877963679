/** HTTP and WebSocket on one port. */
module dev.phalanx.stoa {
  requires static transitive org.jspecify;
  requires transitive dev.phalanx.http;
  requires transitive dev.phalanx.transport;
  requires org.slf4j;

  exports dev.phalanx.stoa;
}
