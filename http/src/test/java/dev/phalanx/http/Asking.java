package dev.phalanx.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.net.InetSocketAddress;
import java.util.Base64;

/** Requests as clients send them, and scopes for them. */
final class Asking implements AutoCloseable {
  private final Application app = Application.starting().compile();
  private final OwnedScope scope = app.openScope("test");

  RequestScope scope(Request request) {
    return RequestScope.of(scope, request, PathParams.none());
  }

  /** A plain request. */
  static Request get(String target, String... headers) {
    return from("192.0.2.1", target, Headers.of(headers));
  }

  /** A request that asks to become a WebSocket. */
  static Request upgrade(String target, String... headers) {
    return from("192.0.2.1", target, Headers.of(headers).with("Upgrade", "websocket"));
  }

  static Request from(String address, String target, Headers headers) {
    return new Request(
        "GET", target, headers, new byte[0], new InetSocketAddress(address, 40_000), false);
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  static String base64url(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    scope.close();
    app.close();
  }
}
