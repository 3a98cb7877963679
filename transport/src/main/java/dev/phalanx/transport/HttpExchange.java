package dev.phalanx.transport;

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

  /** The TLS that it came over; null where there is none. */
  @Nullable TlsSession tls();

  /**
   * A virtual thread to answer on, not yet started: carried by the connection's event loop where
   * the JDK lets it, and then so are those that it starts. Called once.
   */
  Thread newThread(String name, Runnable task);

  /**
   * Says what that thread runs from now on, so that a route that holds up its event loop can be
   * named, and moved off it.
   */
  void runs(String route);

  /** Answers. Doesn't wait; an answer that can't be delivered is dropped. */
  void respond(Response response);

  /**
   * Answers with a 101, and gives the connection over: the session is opened on the calling thread.
   * Doesn't wait; if the peer has gone, the session's wire is closed from the start.
   */
  void upgrade(Response handshake, Upgrade.Session session);

  /**
   * Runs an action, once, if the connection is lost before the answer was given: on the lane, where
   * the action must not wait for a lock. Called once.
   */
  void onAbandoned(Runnable action);
}
