package dev.phalanx.transport;

/** How far a dialled connection has come, once TCP is connected. The phases are in this order. */
enum DialPhase {
  /** The proxy has been asked to CONNECT to the host. */
  PROXY,
  /** The TLS handshake is running. */
  TLS,
  /** The upgrade request has been sent, or is about to be. */
  ANSWER
}
