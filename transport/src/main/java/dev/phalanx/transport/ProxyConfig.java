package dev.phalanx.transport;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that is asked to CONNECT (RFC 9110, section 9.3.6). It is told the host's name,
 * which is not resolved here. Immutable.
 *
 * @param host its name or address; that of IPv6 with or without brackets
 * @param port 1 to 65535
 * @param username for a proxy that asks for one; null if none is sent
 * @param password with the user's name, and only with it
 */
public record ProxyConfig(
    String host, int port, @Nullable String username, @Nullable String password) {
  /** Checks each setting. */
  public ProxyConfig {
    host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host of a proxy must not be empty");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the port of a proxy must be 1 to 65535, not " + port);
    }
    if ((username == null) != (password == null)) {
      throw new IllegalArgumentException("a proxy needs both username and password, or neither");
    }
    if (username != null && username.contains(":")) { // RFC 7617, section 2
      throw new IllegalArgumentException("the username for a proxy must not contain a colon");
    }
  }

  /** A proxy that asks for no credentials. */
  public static ProxyConfig of(String host, int port) {
    return new ProxyConfig(host, port, null, null);
  }

  /** The same with credentials, sent as HTTP Basic. */
  public ProxyConfig withCredentials(String username, String password) {
    return new ProxyConfig(host, port, username, password);
  }

  /** Without the credentials: this lands in logs. */
  @Override
  public String toString() {
    return "ProxyConfig[" + address() + "]";
  }

  /** Host and port for messages. */
  String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
