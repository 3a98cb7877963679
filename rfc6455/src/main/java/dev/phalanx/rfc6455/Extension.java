package dev.phalanx.rfc6455;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element of {@code Sec-WebSocket-Extensions} (RFC 6455 §9.1), offered or accepted: {@code
 * permessage-deflate; client_max_window_bits=10} has one parameter. Immutable.
 *
 * @param name a token
 * @param parameters in order, names not unique
 */
public record Extension(String name, List<Parameter> parameters) {
  /**
   * A parameter of an extension.
   *
   * @param name a token
   * @param value a token, without the quotes that it may have had; null if there is none
   */
  public record Parameter(String name, @Nullable String value) {}

  public Extension {
    parameters = List.copyOf(parameters);
  }

  /**
   * What a client offers, the preferred first. An element that has more than 16 parameters is left
   * out, as if it had not been offered; so are those after the first 32 elements. In time linear in
   * the length of the header, for any thread.
   *
   * @param headerValues the values of all lines of this header
   * @throws IllegalArgumentException if an element is malformed: then the server must refuse the
   *     handshake (RFC 6455 §9.1)
   */
  public static List<Extension> offered(Iterable<String> headerValues) {
    return ExtensionParser.parse(headerValues, false);
  }

  /**
   * What a server has accepted. In time linear in the length of the header, for any thread.
   *
   * @param headerValues the values of all lines of this header
   * @throws IllegalArgumentException if an element is malformed: then the client must fail the
   *     connection (RFC 6455 §9.1)
   */
  public static List<Extension> accepted(Iterable<String> headerValues) {
    return ExtensionParser.parse(headerValues, true);
  }
}
