/** The contracts that HTTP, WebSocket and transport meet at. */
module dev.phalanx.http {
  requires static transitive org.jspecify;
  requires transitive dev.phalanx.aegis;
  requires org.slf4j;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  exports dev.phalanx.http;
}
