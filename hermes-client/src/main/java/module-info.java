/** WebSocket connections to others' servers. */
module dev.phalanx.hermes.client {
  requires static transitive org.jspecify;
  requires transitive dev.phalanx.hermes;
  requires transitive dev.phalanx.transport;
  requires org.slf4j;

  exports dev.phalanx.hermes.client;
}
