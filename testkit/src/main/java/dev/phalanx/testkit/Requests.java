package dev.phalanx.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.rfc6455.Handshake;
import java.net.InetSocketAddress;
import java.security.SecureRandom;

/** Requests of a test. */
final class Requests {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Requests() {}

  static Request of(String method, String path, String host, String body, String... headers) {
    Headers all = Headers.of("Host", host);
    if (!body.isEmpty()) {
      all = all.with("Content-Type", "application/json");
    }
    return request(method, path, with(all, headers), body.getBytes(UTF_8));
  }

  /** A WebSocket's; headers that are given replace its own. */
  static Request upgrade(String path, String host, String... headers) {
    Headers all =
        Headers.of(
            "Host", host,
            "Connection", "Upgrade",
            "Upgrade", "websocket",
            "Sec-WebSocket-Version", "13",
            "Sec-WebSocket-Key", Handshake.newKey(RANDOM));
    return request("GET", path, with(all, headers), new byte[0]);
  }

  /** The 101 that answers a handshake, with headers besides. */
  static Response accept(Headers handshake, Headers more) {
    Headers.Builder headers =
        new Headers.Builder().add("Upgrade", "websocket").add("Connection", "Upgrade");
    String key = handshake.first("Sec-WebSocket-Key");
    if (key != null) {
      headers.add("Sec-WebSocket-Accept", Handshake.accept(key));
    }
    more.forEach(headers::add);
    return new Response(101, headers.build(), new byte[0]);
  }

  private static Headers with(Headers headers, String... more) {
    if (more.length % 2 != 0) {
      throw new IllegalArgumentException("headers are names and values in turn");
    }
    Headers all = headers;
    for (int i = 0; i < more.length; i += 2) {
      all = all.replacing(more[i], more[i + 1]);
    }
    return all;
  }

  private static Request request(String method, String path, Headers headers, byte[] body) {
    return new Request(
        method, path, headers, body, InetSocketAddress.createUnresolved("client", 0), false);
  }
}
