package dev.phalanx.hermes.client;

import dev.phalanx.hermes.ClientHandshake;
import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.http.Headers;
import dev.phalanx.transport.DialConfig;
import dev.phalanx.transport.ProxyConfig;
import dev.phalanx.transport.TlsClientConfig;
import java.net.CookieHandler;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a client's connection. Immutable; {@link #defaults()} and the {@code with…}
 * methods make one.
 *
 * @param ws sizes, queues, Pings, compression and subprotocols, as on a server; its origins and its
 *     middleware mean nothing here
 * @param dial time limits for connecting and for the handshake, TLS, the proxy
 * @param headers sent with the request; none of the handshake's own
 * @param cookies asked for cookies to send, and told of those received; null for none. It runs on
 *     the thread that connects, with the {@code http} or {@code https} form of the URI
 * @param maxRedirects how many redirects are followed, from {@code ws} to {@code ws} or {@code
 *     wss}, never from {@code wss} to {@code ws}. {@code Authorization} and {@code Cookie} in
 *     {@code headers} go to no other host and to no other port; other headers do go there
 * @param idleTimeout after so long without a message either way it is closed with 1001; null for
 *     never
 * @param reconnect whether and how it is dialled again once it was open; null for never
 * @param listener hears of states, and of messages that are dropped
 */
public record WsClientConfig(
    WsConfig ws,
    DialConfig dial,
    Headers headers,
    @Nullable CookieHandler cookies,
    int maxRedirects,
    @Nullable Duration idleTimeout,
    @Nullable ReconnectPolicy reconnect,
    WsClientListener listener) {
  private static final WsClientConfig DEFAULTS =
      new WsClientConfig(
          WsConfig.defaults(),
          DialConfig.defaults(),
          Headers.empty(),
          null,
          0,
          null,
          null,
          WsClientListener.none());

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public WsClientConfig {
    headers.forEach((name, value) -> {
      if (ClientHandshake.isReserved(name)) {
        throw new IllegalArgumentException("headers: " + name + " is the handshake's own");
      }
    });
    if (maxRedirects < 0 || maxRedirects > 20) {
      throw new IllegalArgumentException("maxRedirects must be 0 to 20, not " + maxRedirects);
    }
    if (idleTimeout != null
        && (!idleTimeout.isPositive() || idleTimeout.compareTo(Duration.ofDays(365)) > 0)) {
      throw new IllegalArgumentException(
          "idleTimeout must be more than nothing and at most 365 days, not " + idleTimeout);
    }
  }

  /** As {@link WsConfig#defaults} and {@link DialConfig#defaults}; nothing else is turned on. */
  public static WsClientConfig defaults() {
    return DEFAULTS;
  }

  /** The same with other settings of the connection proper. */
  public WsClientConfig withWs(UnaryOperator<WsConfig> change) {
    return new WsClientConfig(
        change.apply(ws), dial, headers, cookies, maxRedirects, idleTimeout, reconnect, listener);
  }

  private WsClientConfig withDial(DialConfig other) {
    return new WsClientConfig(
        ws, other, headers, cookies, maxRedirects, idleTimeout, reconnect, listener);
  }

  private WsClientConfig withHeaders(Headers other) {
    return new WsClientConfig(
        ws, dial, other, cookies, maxRedirects, idleTimeout, reconnect, listener);
  }

  /** The same with subprotocols to offer, the preferred first. */
  public WsClientConfig withSubprotocols(String... subprotocols) {
    return withWs(same -> same.withSubprotocols(subprotocols));
  }

  /** The same with compression offered. */
  public WsClientConfig withCompression(Compression compression) {
    return withWs(same -> same.withCompression(compression));
  }

  /**
   * The same with one header more.
   *
   * @throws IllegalArgumentException if it is malformed, or one of the handshake's own
   */
  public WsClientConfig withHeader(String name, String value) {
    return withHeaders(headers.with(name, value));
  }

  /** The same with one cookie more, sent as it is. */
  public WsClientConfig withCookie(String name, String value) {
    String before = headers.first("Cookie");
    String cookie = name + "=" + value;
    return withHeaders(
        headers.replacing("Cookie", before == null ? cookie : before + "; " + cookie));
  }

  /** The same with cookies from a store, such as a {@link java.net.CookieManager}. */
  public WsClientConfig withCookies(CookieHandler store) {
    return new WsClientConfig(
        ws, dial, headers, store, maxRedirects, idleTimeout, reconnect, listener);
  }

  /** The same with another limit for finding and reaching the host; 10 s unless set. */
  public WsClientConfig withConnectTimeout(Duration limit) {
    return withDial(dial.withConnectTimeout(limit));
  }

  /** The same with another limit for TLS, the request and the answer; 10 s unless set. */
  public WsClientConfig withHandshakeTimeout(Duration limit) {
    return withDial(dial.withHandshakeTimeout(limit));
  }

  /** The same with another TLS. */
  public WsClientConfig withTls(TlsClientConfig tls) {
    return withDial(dial.withTls(tls));
  }

  /** The same by a proxy. */
  public WsClientConfig withProxy(ProxyConfig proxy) {
    return withDial(dial.withProxy(proxy));
  }

  /** The same with redirects followed. */
  public WsClientConfig withMaxRedirects(int redirects) {
    return new WsClientConfig(
        ws, dial, headers, cookies, redirects, idleTimeout, reconnect, listener);
  }

  /** The same with an end for connections on which nothing is said. */
  public WsClientConfig withIdleTimeout(Duration limit) {
    return new WsClientConfig(ws, dial, headers, cookies, maxRedirects, limit, reconnect, listener);
  }

  /** The same, dialled again when it is lost. */
  public WsClientConfig withReconnect(ReconnectPolicy policy) {
    return new WsClientConfig(
        ws, dial, headers, cookies, maxRedirects, idleTimeout, policy, listener);
  }

  /** The same with somebody who hears of states, and of messages that are dropped. */
  public WsClientConfig withListener(WsClientListener other) {
    return new WsClientConfig(
        ws, dial, headers, cookies, maxRedirects, idleTimeout, reconnect, other);
  }

  /** Without the values of headers, and without subprotocols, which may carry a token. */
  @Override
  public String toString() {
    return "WsClientConfig[ws=%s, dial=%s, headers=%s, maxRedirects=%d, idleTimeout=%s, reconnect=%s]"
        .formatted(ws.withSubprotocols(), dial, headers, maxRedirects, idleTimeout, reconnect);
  }
}
