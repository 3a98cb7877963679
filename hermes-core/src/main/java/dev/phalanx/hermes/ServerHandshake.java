package dev.phalanx.hermes;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.rfc6455.DeflateNegotiation;
import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.Extension;
import dev.phalanx.rfc6455.Handshake;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the opening handshake (RFC 6455, section 4.2).
 *
 * @param response the 101, or the refusal
 * @param subprotocol what was agreed on; null if nothing was
 * @param deflate what was agreed on for compression; null if nothing was
 */
record ServerHandshake(
    Response response, @Nullable String subprotocol, @Nullable DeflateParameters deflate) {
  private static final String VERSION = "13";
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final String OLD_PROXY =
      "a proxy passed this request on as HTTP/1.0, which can't be upgraded to WebSocket;"
          + " it must speak HTTP/1.1 (nginx: proxy_http_version 1.1)";
  private static final byte[] NO_BODY = {};

  static ServerHandshake of(Request request, WsConfig config) {
    if (!request.asksToUpgradeTo("websocket")) {
      return refusal(
          Response.error(426, isOfOldProxy(request) ? OLD_PROXY : "this path speaks WebSocket only")
              .withHeader("Upgrade", "websocket")
              .withHeader("Connection", "Upgrade"));
    }
    if (!request.method().equals("GET")) {
      return refusal(
          Response.error(405, "a WebSocket is opened with GET").withHeader("Allow", "GET"));
    }
    String fault = faultOf(request);
    if (fault != null) {
      return refusal(Response.error(400, fault));
    }
    // §4.4: the client retries with a version from this list
    if (!request.headers().all("Sec-WebSocket-Version").equals(List.of(VERSION))) {
      return refusal(
          Response.error(426, "Sec-WebSocket-Version must be 13")
              .withHeader("Sec-WebSocket-Version", VERSION)
              .withHeader("Upgrade", "websocket")
              .withHeader("Connection", "Upgrade"));
    }
    if (!config.origins().allow(request)) {
      return refusal(Response.error(403, "pages of this Origin may not connect here"));
    }
    return accept(request, config);
  }

  /**
   * Whether a client asked for a WebSocket, and a proxy passed its request on as HTTP/1.0, which
   * has no upgrades: what nginx does unless it is told otherwise.
   */
  static boolean isOfOldProxy(Request request) {
    return request.version().equals("HTTP/1.0") && request.headers().contains("Sec-WebSocket-Key");
  }

  /** What is wrong with the request (§4.2.1); null if nothing is. */
  private static @Nullable String faultOf(Request request) {
    Headers headers = request.headers();
    if (!Handshake.hasToken(headers.all("Connection"), "Upgrade")) {
      return "Connection: Upgrade is missing";
    }
    if (headers.all("Host").size() != 1 || String.valueOf(headers.first("Host")).isBlank()) {
      return "exactly one Host header is needed";
    }
    if (headers.all("Origin").size() > 1) {
      return "there must be at most one Origin header";
    }
    if (request.body().length > 0 || announcesBody(headers)) {
      return "a request that opens a WebSocket has no body";
    }
    if (headers.all("Sec-WebSocket-Key").size() != 1
        || !Handshake.isValidKey(headers.first("Sec-WebSocket-Key"))) {
      return "exactly one Sec-WebSocket-Key header is needed, with 16 bytes in Base64";
    }
    return null;
  }

  /** Whether a body is on its way: the transport may have handed the request over before it. */
  private static boolean announcesBody(Headers headers) {
    String length = headers.first("Content-Length");
    return headers.contains("Transfer-Encoding") || (length != null && !length.matches("0+"));
  }

  private static ServerHandshake accept(Request request, WsConfig config) {
    List<String> offered;
    try {
      offered = Handshake.tokens(request.headers().all("Sec-WebSocket-Protocol"));
    } catch (IllegalArgumentException e) {
      return refusal(Response.error(400, "Sec-WebSocket-Protocol is malformed"));
    }
    String agreed = firstOf(config.subprotocols(), offered);
    String key = String.valueOf(request.header("Sec-WebSocket-Key"));
    Headers headers =
        Headers.of(
            "Upgrade", "websocket",
            "Connection", "Upgrade",
            "Sec-WebSocket-Accept", Handshake.accept(key));
    Response response = new Response(101, headers, NO_BODY);
    if (agreed != null) {
      response = response.withHeader("Sec-WebSocket-Protocol", agreed);
    }
    DeflateNegotiation.Agreement deflate;
    try {
      deflate = compression(request, config);
    } catch (IllegalArgumentException e) { // §9.1: the connection must be failed
      return refusal(Response.error(400, "Sec-WebSocket-Extensions is malformed"));
    }
    return deflate == null
        ? new ServerHandshake(response, agreed, null)
        : new ServerHandshake(
            response.withHeader(EXTENSIONS, deflate.header()), agreed, deflate.parameters());
  }

  private static @Nullable String firstOf(List<String> spoken, List<String> offered) {
    for (String each : spoken) {
      if (offered.contains(each)) {
        return each;
      }
    }
    return null;
  }

  private static DeflateNegotiation.@Nullable Agreement compression(
      Request request, WsConfig config) {
    Compression ours = config.compression();
    List<String> offered = request.headers().all(EXTENSIONS);
    if (ours == null) {
      Extension.offered(offered); // must be well-formed, even so
      return null;
    }
    return DeflateNegotiation.accept(offered, ours.wishes());
  }

  private static ServerHandshake refusal(Response response) {
    return new ServerHandshake(response, null, null);
  }

  boolean isAccepted() {
    return response.status() == 101;
  }
}
