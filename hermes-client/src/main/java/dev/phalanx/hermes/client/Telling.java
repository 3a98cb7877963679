package dev.phalanx.hermes.client;

import dev.phalanx.hermes.WsMessage;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a listener, whose failures are logged and stop nothing. Any thread but a lane. */
record Telling(WsClientListener listener) {
  private static final Logger log = LoggerFactory.getLogger(WsClientConnection.class);

  static Telling of(WsClientConfig config) {
    return new Telling(config.listener());
  }

  void state(WsClientState now) {
    guarded(() -> listener.onState(now));
  }

  void dropped(WsMessage message, WsClientListener.Drop why) {
    guarded(() -> listener.onDropped(message, why));
  }

  void forgotten(long messages) {
    if (messages > 0) {
      guarded(() -> listener.onForgotten(messages));
    }
  }

  void unread(long messages) {
    if (messages > 0) {
      guarded(() -> listener.onUnread(messages));
    }
  }

  void givenUp(IOException why) {
    guarded(() -> listener.onGivenUp(why));
  }

  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) { // of the user's
      log.error("The listener of a client's connection failed", e);
    }
  }
}
