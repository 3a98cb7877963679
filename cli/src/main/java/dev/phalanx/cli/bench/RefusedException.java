package dev.phalanx.cli.bench;

import java.io.IOException;

/** The server has answered, but not so that a WebSocket is open. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
