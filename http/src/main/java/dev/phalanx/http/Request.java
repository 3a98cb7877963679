package dev.phalanx.http;

import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request, whole: its body, if any, has been read. Immutable but for the array of {@link
 * #body()}, which must not be changed.
 *
 * @param method as sent, in its case ({@code GET})
 * @param target the request target as sent: path and query
 * @param headers its header fields
 * @param body its body; empty where there is none
 * @param remoteAddress the peer's address
 * @param secure whether it came over TLS
 * @param version the protocol's version, as sent ({@code HTTP/1.1})
 */
public record Request(
    String method,
    String target,
    Headers headers,
    byte[] body,
    SocketAddress remoteAddress,
    boolean secure,
    String version) {

  /** Checks that nothing is missing. */
  public Request {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(remoteAddress, "remoteAddress");
    Objects.requireNonNull(version, "version");
  }

  /** A request of HTTP/1.1. */
  public Request(
      String method,
      String target,
      Headers headers,
      byte[] body,
      SocketAddress remoteAddress,
      boolean secure) {
    this(method, target, headers, body, remoteAddress, secure, "HTTP/1.1");
  }

  /** The path as sent, percent-encoded, without the query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The query as sent, without the question mark; null where there is none. */
  public @Nullable String query() {
    int query = target.indexOf('?');
    return query < 0 ? null : target.substring(query + 1);
  }

  /**
   * The first value of a query parameter, decoded; null where there is none.
   *
   * @throws HttpException 400 if the query is not well-formed; never for a request that a server
   *     has received
   */
  public @Nullable String queryParameter(String name) {
    String query = query();
    if (query == null) {
      return null;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (PercentCoding.decode(key.replace('+', ' ')).equals(name)) {
        return equals < 0 ? "" : PercentCoding.decode(pair.substring(equals + 1).replace('+', ' '));
      }
    }
    return null;
  }

  /**
   * Checks that path and query are percent-encoded UTF-8 (RFC 3986, section 2.1). The server does
   * so for each request, before middleware and handlers run.
   *
   * @throws HttpException 400 if they are not
   */
  public void checkTarget() {
    PercentCoding.decode(target);
  }

  /** The first value of a header; null where there is none. */
  public @Nullable String header(String name) {
    return headers.first(name);
  }

  /** Whether the {@code Upgrade} header asks for a protocol (RFC 9110, section 7.8). */
  public boolean asksToUpgradeTo(String protocol) {
    for (String value : headers.all("Upgrade")) {
      for (String token : value.split(",", -1)) {
        if (token.strip().equalsIgnoreCase(protocol)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The body, read as JSON.
   *
   * @throws HttpException 400 that says what is wrong with it
   * @throws IllegalArgumentException if no JSON can be read as this class, or its package isn't
   *     open: not the peer's mistake; uncaught, a 500
   */
  public <T> T json(Class<T> type) {
    try {
      return Json.read(body, type);
    } catch (JsonException e) {
      throw new HttpException(400, e.getMessage());
    }
  }

  /**
   * The same for a type with parameters: {@code json(new JsonType<List<Room>>() {})}.
   *
   * @throws HttpException as for a class
   * @throws IllegalArgumentException as for a class
   */
  public <T> T json(JsonType<T> type) {
    try {
      return Json.read(body, type);
    } catch (JsonException e) {
      throw new HttpException(400, e.getMessage());
    }
  }

  @Override
  public String toString() {
    return method + " " + path();
  }
}
