package dev.phalanx.hermes.client;

/** Where a client's connection is in its life. */
public enum WsClientState {
  /** It is dialled for the first time. */
  CONNECTING,
  /** Messages go both ways. */
  OPEN,
  /** It was lost, and is dialled again; what is sent meanwhile is kept, within bounds. */
  RECONNECTING,
  /** It is over, for good. */
  CLOSED
}
