/** WebSocket: messages, connections, routes, and topics to publish to. */
module dev.phalanx.hermes {
  requires static transitive org.jspecify;
  requires transitive dev.phalanx.http;
  requires transitive dev.phalanx.styx;
  requires dev.phalanx.rfc6455;
  requires org.slf4j;

  exports dev.phalanx.hermes;

  provides dev.phalanx.aegis.ServiceBundle with
      dev.phalanx.hermes.HermesServices;
}
