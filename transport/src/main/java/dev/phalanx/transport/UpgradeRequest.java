package dev.phalanx.transport;

import dev.phalanx.http.Headers;
import java.net.IDN;

/**
 * A GET that asks for an upgrade, and where it goes.
 *
 * @param host a name, or an address; that of IPv6 without brackets, with a zone where it needs one
 * @param port 1 to 65535
 * @param secure whether TLS is spoken
 * @param target path and query, in ASCII
 * @param headers all but {@code Host}, which follows from the above
 */
public record UpgradeRequest(
    String host, int port, boolean secure, String target, Headers headers) {
  /**
   * Checks what would break the request line or the {@code Host}.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public UpgradeRequest {
    if (host.isEmpty()
        || !host.chars().allMatch(c -> c > ' ' && c != 0x7f && "/?#@".indexOf(c) < 0)) {
      throw new IllegalArgumentException("not a host: \"" + host + "\"");
    }
    host = host.contains(":") ? host : IDN.toASCII(host);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be 1 to 65535, not " + port);
    }
    if (!target.startsWith("/") || !target.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("not a path and query in ASCII: \"" + target + "\"");
    }
    if (headers.contains("Host")) {
      throw new IllegalArgumentException("Host follows from the address: it can't be a header");
    }
  }

  /** Host and port, as in {@code Host} and CONNECT: without the zone of an IPv6 address. */
  public String address() {
    return bracketed() + ":" + port;
  }

  /** What {@code Host} says: without the port, where that is the scheme's own. */
  public String authority() {
    return port == (secure ? 443 : 80) ? bracketed() : address();
  }

  /** The bytes that go out, as ISO 8859-1. */
  String head() {
    StringBuilder head = new StringBuilder(512);
    head.append("GET ").append(target).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(authority()).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString();
  }

  /** The host; of IPv6 without the zone, which means something on this machine only. */
  String hostWithoutZone() {
    int zone = host.indexOf('%');
    return zone < 0 ? host : host.substring(0, zone);
  }

  /** Without the query and the values of the headers, where credentials are: this lands in logs. */
  @Override
  public String toString() {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return "UpgradeRequest[" + address() + path + ", secure=" + secure + "]";
  }

  private String bracketed() {
    return host.contains(":") ? "[" + hostWithoutZone() + "]" : host;
  }
}
