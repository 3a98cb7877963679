package dev.phalanx.transport;

import dev.phalanx.http.HttpException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;

/**
 * What the head of a request must be like for its framing to be trusted. Whoever breaks one of
 * these rules hears why, and nothing after it is read.
 */
final class HeadRules {
  private HeadRules() {}

  /**
   * Checks a decoded head.
   *
   * @throws HttpException that says what is wrong with it
   */
  static void check(HttpRequest head, HttpServerConfig config) {
    checkDecoded(head.decoderResult(), config);
    if (head.protocolVersion().majorVersion() != 1) {
      throw new HttpException(505, "HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    if (head.method().equals(HttpMethod.CONNECT)) {
      // What follows may already be meant for the tunnel (RFC 9110, section 9.3.6).
      throw new HttpException(501, "this server is no proxy");
    }
    checkHost(head);
    checkFraming(head.headers());
  }

  private static void checkDecoded(DecoderResult result, HttpServerConfig config) {
    if (result.isSuccess()) {
      return;
    }
    throw switch (result.cause()) {
      case HttpException e -> e;
      case TooLongHttpLineException e ->
          new HttpException(
              414,
              "the request line is longer than maxRequestLine ("
                  + config.maxRequestLine()
                  + " bytes)");
      case TooLongHttpHeaderException e ->
          new HttpException(
              431,
              "the headers are larger than maxHeaderBytes (" + config.maxHeaderBytes() + " bytes)");
      case null, default -> new HttpException(400, "malformed request");
    };
  }

  /** RFC 9112, section 3.2: one, and a valid one; HTTP/1.0 may do without. */
  private static void checkHost(HttpRequest head) {
    List<String> hosts = head.headers().getAll("Host");
    boolean mayBeMissing = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (hosts.size() > 1 || (hosts.isEmpty() && !mayBeMissing)) {
      throw new HttpException(400, "exactly one Host header is needed");
    }
    if (!hosts.isEmpty() && !RequestTarget.isHostAndPort(hosts.getFirst())) {
      throw new HttpException(400, "Host must be a host, and a port if need be");
    }
  }

  private static void checkFraming(HttpHeaders headers) {
    List<String> codings = headers.getAll("Transfer-Encoding");
    // One line: of several, Netty looks past an empty one, and others may not.
    if (!codings.isEmpty()
        && !(codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"))) {
      throw new HttpException(501, "chunked is the one transfer coding known here");
    }
    // Netty would read 8 bytes of body, as that draft of WebSocket had them; HTTP has none there.
    if (headers.contains("Sec-WebSocket-Key1") && headers.contains("Sec-WebSocket-Key2")) {
      throw new HttpException(400, "drafts of WebSocket are not spoken here");
    }
  }
}
