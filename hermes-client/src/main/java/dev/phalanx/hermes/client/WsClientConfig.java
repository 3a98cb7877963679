package dev.phalanx.hermes.client;

import dev.phalanx.hermes.ClientHandshake;
import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.DeliveryConfig;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.http.Headers;
import dev.phalanx.transport.DialConfig;
import dev.phalanx.transport.ProxyConfig;
import dev.phalanx.transport.TlsClientConfig;
import java.net.CookieHandler;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
 *     wss}, never from {@code wss} to {@code ws}. Another scheme, host or port gets of {@code
 *     headers} only {@code Accept-Language}, {@code Origin} and {@code User-Agent}, and no
 *     subprotocol that contains {@code bearer}
 * @param idleTimeout after so long without a message either way it is closed with 1001; null for
 *     never
 * @param reconnect whether and how it is dialled again once it was open; null for never
 * @param delivery how it finds out which messages have arrived
 * @param customizer may change each attempt to connect
 * @param greeting what is sent first on each new connection
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
    DeliveryConfig delivery,
    WsAttemptCustomizer customizer,
    Supplier<List<WsMessage>> greeting,
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
          DeliveryConfig.defaults(),
          attempt -> attempt,
          List::of,
          WsClientListener.none());

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public WsClientConfig {
    requireFree(headers);
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

  /** Checks that no header is the handshake's own. */
  static void requireFree(Headers headers) {
    headers.forEach((name, value) -> {
      if (ClientHandshake.isReserved(name)) {
        throw new IllegalArgumentException("headers: " + name + " is the handshake's own");
      }
    });
  }

  /** The same with other settings of the connection proper. */
  public WsClientConfig withWs(UnaryOperator<WsConfig> change) {
    return edit(draft -> draft.ws = change.apply(ws));
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
    return edit(draft -> draft.headers = headers.with(name, value));
  }

  /** The same with one cookie more, sent as it is. */
  public WsClientConfig withCookie(String name, String value) {
    String before = headers.first("Cookie");
    String cookie = name + "=" + value;
    return edit(draft ->
        draft.headers =
            headers.replacing("Cookie", before == null ? cookie : before + "; " + cookie));
  }

  /** The same with cookies from a store, such as a {@link java.net.CookieManager}. */
  public WsClientConfig withCookies(CookieHandler store) {
    return edit(draft -> draft.cookies = store);
  }

  /** The same with another limit for finding and reaching the host; 10 s unless set. */
  public WsClientConfig withConnectTimeout(Duration limit) {
    return edit(draft -> draft.dial = dial.withConnectTimeout(limit));
  }

  /** The same with another limit for TLS, the request and the answer; 10 s unless set. */
  public WsClientConfig withHandshakeTimeout(Duration limit) {
    return edit(draft -> draft.dial = dial.withHandshakeTimeout(limit));
  }

  /** The same with another TLS. */
  public WsClientConfig withTls(TlsClientConfig tls) {
    return edit(draft -> draft.dial = dial.withTls(tls));
  }

  /** The same by a proxy. */
  public WsClientConfig withProxy(ProxyConfig proxy) {
    return edit(draft -> draft.dial = dial.withProxy(proxy));
  }

  /** The same with redirects followed. */
  public WsClientConfig withMaxRedirects(int redirects) {
    return edit(draft -> draft.maxRedirects = redirects);
  }

  /** The same with an end for connections on which nothing is said. */
  public WsClientConfig withIdleTimeout(Duration limit) {
    return edit(draft -> draft.idleTimeout = limit);
  }

  /** The same, dialled again when it is lost. */
  public WsClientConfig withReconnect(ReconnectPolicy policy) {
    return edit(draft -> draft.reconnect = policy);
  }

  /** The same with another way to find out what has arrived. */
  public WsClientConfig withDelivery(DeliveryConfig other) {
    return edit(draft -> draft.delivery = other);
  }

  /** The same with a function that may change each attempt to connect, the first included. */
  public WsClientConfig withAttemptCustomizer(WsAttemptCustomizer other) {
    return edit(draft -> draft.customizer = other);
  }

  /**
   * The same with messages that are sent first on each new connection, the first included, before
   * those that wait: to say who it is, or to subscribe again. They belong to that connection: they
   * are never sent again and never reported.
   *
   * @param messages asked for each connection, on the thread that opens it; may block
   */
  public WsClientConfig withGreeting(Supplier<List<WsMessage>> messages) {
    return edit(draft -> draft.greeting = messages);
  }

  /** The same with somebody who hears of states, and of messages that are dropped. */
  public WsClientConfig withListener(WsClientListener other) {
    return edit(draft -> draft.listener = other);
  }

  private WsClientConfig edit(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new WsClientConfig(
        draft.ws,
        draft.dial,
        draft.headers,
        draft.cookies,
        draft.maxRedirects,
        draft.idleTimeout,
        draft.reconnect,
        draft.delivery,
        draft.customizer,
        draft.greeting,
        draft.listener);
  }

  /** The settings, to be changed. */
  private static final class Draft {
    private WsConfig ws;
    private DialConfig dial;
    private Headers headers;
    private @Nullable CookieHandler cookies;
    private int maxRedirects;
    private @Nullable Duration idleTimeout;
    private @Nullable ReconnectPolicy reconnect;
    private DeliveryConfig delivery;
    private WsAttemptCustomizer customizer;
    private Supplier<List<WsMessage>> greeting;
    private WsClientListener listener;

    Draft(WsClientConfig from) {
      ws = from.ws;
      dial = from.dial;
      headers = from.headers;
      cookies = from.cookies;
      maxRedirects = from.maxRedirects;
      idleTimeout = from.idleTimeout;
      reconnect = from.reconnect;
      delivery = from.delivery;
      customizer = from.customizer;
      greeting = from.greeting;
      listener = from.listener;
    }
  }

  /** Without the values of headers, and without subprotocols: this lands in logs. */
  @Override
  public String toString() {
    return "WsClientConfig[ws=%s, dial=%s, headers=%s, maxRedirects=%d, idleTimeout=%s, reconnect=%s, delivery=%s]"
        .formatted(
            ws.withSubprotocols(), dial, headers, maxRedirects, idleTimeout, reconnect, delivery);
  }
}
