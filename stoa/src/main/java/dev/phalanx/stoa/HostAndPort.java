package dev.phalanx.stoa;

import java.net.InetSocketAddress;

/** {@code 0.0.0.0:8080}, {@code [::1]:8080}. */
record HostAndPort(String host, int port) {
  static HostAndPort parse(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.isEmpty() || (host.contains(":") && !bracketed)) {
      throw malformed(address);
    }
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (port < 0 || port > 65_535) {
        throw malformed(address);
      }
      return new HostAndPort(bracketed ? host.substring(1, host.length() - 1) : host, port);
    } catch (NumberFormatException e) {
      throw malformed(address);
    }
  }

  /** An address as it stands in a URI. */
  static String shown(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private static IllegalArgumentException malformed(String address) {
    return new IllegalArgumentException(
        "the address must be host:port, with a port from 0 to 65535, not \"" + address + "\"");
  }
}
