package dev.phalanx.hermes.client;

import dev.phalanx.http.Headers;
import dev.phalanx.transport.UpgradeRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a WebSocket is: a {@code ws} or {@code wss} URI (RFC 6455, section 3), taken apart.
 *
 * @param host of IPv6 without brackets
 * @param target path and query, in ASCII
 */
record Target(boolean secure, String host, int port, String target) {
  /**
   * Takes a URI apart.
   *
   * @throws IllegalArgumentException that says what no WebSocket can have
   */
  static Target of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("ws") && !scheme.equals("wss")) {
      throw new IllegalArgumentException(
          "the URI must begin with ws:// or wss://, not " + shown(uri));
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("the URI must name a host: " + shown(uri));
    }
    if (uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the URI must not have a fragment (RFC 6455, section 3): " + shown(uri));
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the URI must not have a user's name: send a header Authorization");
    }
    boolean secure = scheme.equals("wss");
    int port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
    String host = uri.getHost();
    return new Target(
        secure,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        pathAndQuery(URI.create(uri.toASCIIString())));
  }

  private static String pathAndQuery(URI ascii) {
    String path =
        ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
  }

  /** Without what may be a secret. */
  private static String shown(URI uri) {
    return uri.getScheme() + "://" + uri.getHost();
  }

  /**
   * Where a redirect leads.
   *
   * @param location absolute, or relative to this; {@code http} stands for {@code ws}
   * @throws IllegalArgumentException if no WebSocket can be there
   */
  Target redirectedTo(String location) {
    try {
      URI there = uri("ws").resolve(new URI(location));
      String scheme = String.valueOf(there.getScheme()).toLowerCase(Locale.ROOT);
      String meant =
          switch (scheme) {
            case "http" -> "ws";
            case "https" -> "wss";
            default -> scheme;
          };
      return of(new URI(meant + there.toString().substring(scheme.length())));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("the Location is malformed", e);
    }
  }

  /** Whether what is meant for this may be told there: the same host and port, as well kept. */
  boolean mayShareSecretsWith(Target other) {
    return host.equalsIgnoreCase(other.host) && port == other.port && (other.secure || !secure);
  }

  /** The URI; of {@code ws} or {@code http}, with an s where TLS is spoken. */
  URI uri(String plainScheme) {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return URI.create(plainScheme + (secure ? "s" : "") + "://" + literal + ":" + port + target);
  }

  UpgradeRequest request(Headers headers) {
    return new UpgradeRequest(host, port, secure, target, headers);
  }

  /** For people and logs; without the query, which may hold a secret. */
  @Override
  public String toString() {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return (secure ? "wss" : "ws")
        + "://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port
        + path;
  }
}
