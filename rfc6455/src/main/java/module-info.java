/** The WebSocket protocol of RFC 6455: bytes in, events and bytes out, no I/O. */
module dev.phalanx.rfc6455 {
  requires static transitive org.jspecify;

  exports dev.phalanx.rfc6455;
}
