package dev.phalanx.transport;

import dev.phalanx.http.HttpException;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import dev.phalanx.http.Upgrade;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its answer: {@link #respond} or {@link #upgrade}, once. The connection's
 * next request is not read before. Any thread but a lane.
 */
public interface HttpExchange {
  /** The request. */
  Request request();

  /**
   * Why the request must be refused although it was well-formed, such as a body that is too large;
   * null where nothing is wrong. The request has no body then. Middleware runs first and may answer
   * otherwise.
   */
  default @Nullable HttpException refusal() {
    return null;
  }

  /** The TLS that it came over; null where there is none. */
  @Nullable TlsSession tls();

  /** Tells which thread answers, before that thread starts: for tests that look at it. */
  default void answeredBy(Thread thread) {}

  /** Answers. Doesn't wait; an answer that can't be delivered is dropped. */
  void respond(Response response);

  /**
   * Answers with a 101, and gives the connection over: the session is opened on the calling thread.
   * Doesn't wait; if the peer has gone, the session's wire is closed from the start.
   */
  void upgrade(Response handshake, Upgrade.Session session);

  /**
   * Closes the connection if the request has no answer yet. Called when the thread that was to
   * answer has ended, for whatever reason: so no peer waits for an answer that never comes.
   */
  void closeUnanswered();

  /**
   * Runs an action, once, if the connection is lost before the answer was given: on the lane, where
   * the action must not wait for a lock. Called once.
   */
  void onAbandoned(Runnable action);
}
