package dev.phalanx.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is dialled. Immutable.
 *
 * @param connectTimeout how long it may take to find the host and to connect, all its addresses and
 *     the proxy included
 * @param handshakeTimeout how long TLS, the request and the answer may take together, after that
 * @param maxHeadBytes bytes of the answer's status line and headers
 * @param maxBodyBytes bytes that are kept of the body of an answer other than 101
 * @param tls how TLS is spoken where it is
 * @param proxy what is dialled in the host's place; null if the host itself is
 */
public record DialConfig(
    Duration connectTimeout,
    Duration handshakeTimeout,
    int maxHeadBytes,
    int maxBodyBytes,
    TlsClientConfig tls,
    @Nullable ProxyConfig proxy) {
  private static final DialConfig DEFAULTS =
      new DialConfig(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          16 << 10,
          8 << 10,
          TlsClientConfig.defaults(),
          null);

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public DialConfig {
    positive("connectTimeout", connectTimeout);
    positive("handshakeTimeout", handshakeTimeout);
    between("maxHeadBytes", maxHeadBytes, 256, 1 << 20);
    between("maxBodyBytes", maxBodyBytes, 0, 1 << 20);
  }

  private static void positive(String setting, Duration value) {
    if (!value.isPositive() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          setting + " must be more than nothing and at most 1 day, not " + value);
    }
  }

  private static void between(String setting, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(setting, least, most, value));
    }
  }

  /** 10 s to connect and 10 s for the handshake, 16 KiB of head and 8 KiB of body, no proxy. */
  public static DialConfig defaults() {
    return DEFAULTS;
  }

  /** The same with another limit for finding and reaching the host. */
  public DialConfig withConnectTimeout(Duration limit) {
    return new DialConfig(limit, handshakeTimeout, maxHeadBytes, maxBodyBytes, tls, proxy);
  }

  /** The same with another limit for TLS, the request and the answer. */
  public DialConfig withHandshakeTimeout(Duration limit) {
    return new DialConfig(connectTimeout, limit, maxHeadBytes, maxBodyBytes, tls, proxy);
  }

  /** The same for another size of the answer's head. */
  public DialConfig withMaxHeadBytes(int bytes) {
    return new DialConfig(connectTimeout, handshakeTimeout, bytes, maxBodyBytes, tls, proxy);
  }

  /** The same with more or less of a refusal's body. */
  public DialConfig withMaxBodyBytes(int bytes) {
    return new DialConfig(connectTimeout, handshakeTimeout, maxHeadBytes, bytes, tls, proxy);
  }

  /** The same with another TLS. */
  public DialConfig withTls(TlsClientConfig other) {
    return new DialConfig(
        connectTimeout, handshakeTimeout, maxHeadBytes, maxBodyBytes, other, proxy);
  }

  /** The same by a proxy; null for none. */
  public DialConfig withProxy(@Nullable ProxyConfig other) {
    return new DialConfig(connectTimeout, handshakeTimeout, maxHeadBytes, maxBodyBytes, tls, other);
  }
}
