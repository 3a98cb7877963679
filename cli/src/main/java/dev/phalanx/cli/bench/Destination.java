package dev.phalanx.cli.bench;

import dev.phalanx.http.Headers;
import dev.phalanx.transport.UpgradeRequest;
import java.net.URI;
import java.util.Locale;

/**
 * Where the server is.
 *
 * @param host of IPv6 without brackets
 * @param target path and query
 */
record Destination(boolean secure, String host, int port, String target) {
  /**
   * Takes a URL apart.
   *
   * @throws IllegalArgumentException if it names no host, or has a fragment or a user's name
   */
  static Destination of(URI url) {
    if (url.getHost() == null || url.getRawFragment() != null || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "URL must name a host, and have no fragment and no user's name");
    }
    boolean secure = url.getScheme().toLowerCase(Locale.ROOT).equals("wss");
    int port = url.getPort() < 0 ? (secure ? 443 : 80) : url.getPort();
    String host = url.getHost();
    URI ascii = URI.create(url.toASCIIString());
    String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    return new Destination(
        secure,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery());
  }

  UpgradeRequest request(Headers headers) {
    return new UpgradeRequest(host, port, secure, target, headers);
  }

  /** Without the query, which may hold a secret. */
  @Override
  public String toString() {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    int query = target.indexOf('?');
    return (secure ? "wss://" : "ws://")
        + literal
        + ":"
        + port
        + (query < 0 ? target : target.substring(0, query));
  }
}
