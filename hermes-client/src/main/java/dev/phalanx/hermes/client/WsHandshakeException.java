package dev.phalanx.hermes.client;

import dev.phalanx.http.Headers;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A server has answered, but not so that a WebSocket is open. */
public final class WsHandshakeException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient @Nullable Headers headers;
  private final String body;

  WsHandshakeException(String message, int status, Headers headers, String body) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The status of the answer; 101 if it was one, but with headers that don't fit the request. */
  public int status() {
    return status;
  }

  /** The headers of the answer. */
  public Headers headers() {
    return headers == null ? Headers.empty() : headers;
  }

  /** The body of the answer as text; its first 8 KiB. */
  public String body() {
    return body;
  }
}
