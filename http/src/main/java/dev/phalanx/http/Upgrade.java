package dev.phalanx.http;

/** What an {@link Upgrader} says to a request. */
public sealed interface Upgrade {
  /**
   * The connection becomes something else.
   *
   * @param handshake the 101
   * @param session what it becomes
   */
  record Accepted(Response handshake, Session session) implements Upgrade {}

  /**
   * The path is this upgrader's, the request is refused.
   *
   * @param response an ordinary response
   */
  record Rejected(Response response) implements Upgrade {}

  /** Not one of this upgrader's paths. */
  record NotMine() implements Upgrade {}

  /** What a connection becomes. */
  interface Session {
    /**
     * Takes the wire over. Called once, on any thread, before the 101 goes out: what is written on
     * the wire's lane from now on follows it. Must not block.
     */
    WireHandler open(Wire wire);

    /** The session's life, on the request's virtual thread; returns when all of it is over. */
    void run();

    /** The server is going down: ends the session in good order. Any thread; must not block. */
    void goAway();

    /**
     * The server waits for the peer no longer: closes the wire, after {@link #goAway}, so that
     * {@link #run} returns as soon as nobody else keeps it. Any thread; must not block.
     */
    void cutOff();
  }
}
