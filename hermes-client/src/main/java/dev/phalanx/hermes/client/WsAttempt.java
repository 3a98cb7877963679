package dev.phalanx.hermes.client;

import dev.phalanx.http.Headers;
import java.net.URI;
import java.util.List;

/**
 * One attempt to open a connection: where it leads, and what goes along with the handshake.
 * Immutable.
 *
 * @param number 0 for the first connection; then the attempts are counted from 1, and anew when a
 *     connection has been stable (see {@link ReconnectPolicy})
 * @param uri as for {@link WsClient#open}
 * @param headers none of the handshake's own
 * @param subprotocols that are offered, the preferred first
 */
public record WsAttempt(int number, URI uri, Headers headers, List<String> subprotocols) {
  /**
   * Checks the headers.
   *
   * @throws IllegalArgumentException if one is the handshake's own
   */
  public WsAttempt {
    WsClientConfig.requireFree(headers);
    subprotocols = List.copyOf(subprotocols);
  }

  /** The same for another URI. */
  public WsAttempt withUri(URI other) {
    return new WsAttempt(number, other, headers, subprotocols);
  }

  /** The same with this header, in place of others of its name. */
  public WsAttempt withHeader(String name, String value) {
    return new WsAttempt(number, uri, headers.replacing(name, value), subprotocols);
  }

  /** The same with other subprotocols, the preferred first. */
  public WsAttempt withSubprotocols(String... others) {
    return new WsAttempt(number, uri, headers, List.of(others));
  }

  /** The number alone: URI, headers and subprotocols may hold secrets. */
  @Override
  public String toString() {
    return "WsAttempt[" + number + "]";
  }
}
