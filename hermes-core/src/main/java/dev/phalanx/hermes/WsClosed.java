package dev.phalanx.hermes;

/**
 * How a connection ended.
 *
 * @param code the code of the Close that ended it; 1005 if that had none, 1006 if there was no
 *     Close
 * @param reason the reason in the Close; empty where there is none
 * @param by who ended it
 */
public record WsClosed(WsCloseCode code, String reason, By by) {
  /** Who ended a connection. */
  public enum By {
    /** The peer sent the first Close. */
    PEER,
    /** We did: the handler, a limit, or the server going down. */
    US,
    /** Nobody: the connection was lost. */
    NOBODY
  }
}
