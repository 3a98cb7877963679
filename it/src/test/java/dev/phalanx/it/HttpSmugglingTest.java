package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two readers could read differently (RFC 9112, section 11.2), byte for byte. Each
 * comes in one write with a second request: where the first can't be trusted, the second must not
 * be answered, since some proxy may have taken it for a part of the first.
 */
class HttpSmugglingTest {
  private static final String SECOND = "GET /second HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String POST = "POST /length HTTP/1.1\r\nHost: h\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String GET = "GET /first HTTP/1.1\r\nHost: h\r\n";

  private static final AtomicInteger seconds = new AtomicInteger();

  private static Serving serving;

  @BeforeAll
  static void serve() throws IOException {
    RouteGroup http =
        RouteGroup.builder()
            .get("/first", scope -> Response.text("first"))
            .get("/second", HttpSmugglingTest::second)
            .get("/host", scope -> Response.text(scope.request().headers().all("Host").toString()))
            .post("/length", scope -> Response.text("" + scope.request().body().length))
            .build();
    WsRouteGroup ws = WsRouteGroup.builder().route("/ws", scope -> {}).build();
    serving = Serving.of(runner -> runner.withRoutes(http).withWebsockets(ws));
  }

  private static Response second(RequestScope scope) {
    seconds.incrementAndGet();
    return Response.text("second");
  }

  @AfterAll
  static void close() {
    serving.close();
  }

  private static Peer peerThatSays(String exactly) throws IOException {
    return serving.peer().says(exactly.getBytes(ISO_8859_1));
  }

  // ---- what is refused, and ends the connection ----

  static Stream<Arguments> lengths() {
    return Stream.of(
        arguments(
            400, "two lengths, equal", POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        arguments(
            400,
            "two lengths that differ",
            POST + "Content-Length: 3\r\nContent-Length: 0\r\n\r\nabc"),
        arguments(
            400,
            "two lengths, in two cases",
            POST + "Content-Length: 3\r\ncontent-length: 3\r\n\r\nabc"),
        arguments(400, "a list of lengths, equal", POST + "Content-Length: 3, 3\r\n\r\nabc"),
        arguments(400, "a list of lengths that differ", POST + "Content-Length: 3, 0\r\n\r\nabc"),
        arguments(
            400,
            "two lengths that differ, of HTTP/1.0",
            "POST /length HTTP/1.0\r\n"
                + "Connection: keep-alive\r\n"
                + "Content-Length: 0\r\n"
                + "Content-Length: "
                + SECOND.length()
                + "\r\n\r\n"),
        arguments(
            400,
            "two lengths, equal, of HTTP/1.0",
            "POST /length HTTP/1.0\r\n"
                + "Connection: keep-alive\r\n"
                + "Content-Length: 0\r\n"
                + "Content-Length: 0\r\n\r\n"),
        arguments(400, "a length with a sign", POST + "Content-Length: +3\r\n\r\nabc"),
        arguments(400, "a length below nothing", POST + "Content-Length: -3\r\n\r\nabc"),
        arguments(400, "a length in hex", POST + "Content-Length: 0x3\r\n\r\nabc"),
        arguments(400, "a length with a fraction", POST + "Content-Length: 3.0\r\n\r\nabc"),
        arguments(400, "a length with a blank in it", POST + "Content-Length: 0 3\r\n\r\nabc"),
        arguments(400, "a length of nothing", POST + "Content-Length:\r\n\r\nabc"),
        arguments(
            400,
            "a length beyond 64 bits",
            POST + "Content-Length: 18446744073709551619\r\n\r\nabc"),
        arguments(413, "a length beyond 32 bits", POST + "Content-Length: 4294967299\r\n\r\nabc"),
        arguments(
            400,
            "a length and chunks",
            POST + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        arguments(
            400,
            "chunks and a length",
            POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        arguments(
            400,
            "chunks of HTTP/1.0",
            "POST /length HTTP/1.0\r\n"
                + "Connection: keep-alive\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n"),
        arguments(
            400, "a coding nobody knows", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        arguments(
            400, "a coding that comes to nothing", POST + "Transfer-Encoding:\r\n\r\n0\r\n\r\n"),
        arguments(400, "identity", POST + "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        arguments(
            400,
            "chunked, and something after it",
            POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        arguments(
            400, "chunked twice", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        arguments(
            400,
            "chunked twice, in two lines",
            POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        arguments(
            501,
            "chunked, and an empty second line",
            POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: \r\n\r\n0\r\n\r\n"),
        arguments(
            400,
            "chunked, and identity in a second line",
            POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        arguments(
            501,
            "something before chunked",
            POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        arguments(
            400,
            "chunked behind a vertical tab",
            POST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
        arguments(
            400,
            "the keys of a draft, whose 8 bytes of body have no length",
            GET + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n"));
  }

  static Stream<Arguments> chunks() {
    return Stream.of(
        arguments(400, "a size that is no number", CHUNKED + "zz\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "no size", CHUNKED + "\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a size below nothing", CHUNKED + "-3\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a size with a sign", CHUNKED + "+3\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a size with 0x", CHUNKED + "0x3\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a size behind a blank", CHUNKED + " 3\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a size before a blank", CHUNKED + "3 \r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a size beyond 31 bits", CHUNKED + "80000000\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a size beyond 64 bits", CHUNKED + "10000000000000003\r\nabc\r\n0\r\n\r\n"),
        arguments(413, "a size beyond the limit", CHUNKED + "200000\r\n" + "x".repeat(2 << 20)),
        arguments(400, "a size that ends with a bare LF", CHUNKED + "3\nabc\r\n0\r\n\r\n"),
        arguments(400, "an extension of nothing", CHUNKED + "3;\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "two extensions of nothing", CHUNKED + "3;;\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "an extension without a name", CHUNKED + "3;=v\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "an extension without its value", CHUNKED + "3;a=\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "an extension that is no token", CHUNKED + "3;a@b\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "an extension with an open quote", CHUNKED + "3;a=\"b\r\nabc\r\n0\r\n\r\n"),
        arguments(
            400,
            "an extension with text behind its quotes",
            CHUNKED + "3;a=\"b\"c\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "a blank after an extension", CHUNKED + "3;a \r\nabc\r\n0\r\n\r\n"),
        arguments(
            400, "an extension of a later chunk", CHUNKED + "3\r\nabc\r\n2;\r\nde\r\n0\r\n\r\n"),
        arguments(400, "an extension of the last chunk", CHUNKED + "3\r\nabc\r\n0;\r\n\r\n"),
        arguments(400, "a trailer that ends with a bare LF", CHUNKED + "0\r\nX-Y: z\n\r\n"),
        arguments(400, "trailers that end with a bare LF", CHUNKED + "0\r\nX-Y: z\r\n\n"),
        arguments(400, "an extension that has a bare LF in it", CHUNKED + "3;a\nabc\r\n0\r\n\r\n"),
        arguments(
            400, "an extension that has a bare CR in it", CHUNKED + "3;a\rb\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "an endless extension", CHUNKED + "3;" + "x".repeat(9_000)),
        arguments(400, "data that ends with a bare LF", CHUNKED + "3\r\nabc\n0\r\n\r\n"),
        arguments(400, "data longer than its size", CHUNKED + "2\r\nabc\r\n0\r\n\r\n"),
        arguments(400, "data shorter than its size", CHUNKED + "4\r\nabc\r\n0\r\n\r\n"),
        arguments(
            400, "trailers beyond the limit", CHUNKED + "0\r\n" + "X-Y: z\r\n".repeat(3_000)));
  }

  static Stream<Arguments> lines() {
    return Stream.of(
        arguments(400, "bare LFs", "GET /first HTTP/1.1\nHost: h\n\n"),
        arguments(400, "a bare LF after the request line", "GET /first HTTP/1.1\nHost: h\r\n\r\n"),
        arguments(400, "a bare LF after a header", GET + "X-Y: z\nX-Z: z\r\n\r\n"),
        arguments(400, "a bare LF that ends the head", GET + "\n"),
        arguments(400, "a bare CR in a header", GET + "X-Y: a\rX-Z: b\r\n\r\n"),
        arguments(400, "a bare CR for a line of its own", GET + "\r\r\n\r\n"),
        arguments(400, "CR CR LF", GET + "X-Y: z\r\r\n\r\n"),
        arguments(400, "a bare CR before the request", "\rGET /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a bare LF before the request", "\nGET /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a folded header", GET + "X-Y: a\r\n b\r\n\r\n"),
        arguments(400, "a header folded by a tab", GET + "X-Y: a\r\n\tb\r\n\r\n"),
        arguments(400, "a header folded to nothing", GET + "X-Y: a\r\n \r\n\r\n"),
        arguments(400, "a folded coding", POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        arguments(400, "a folded length", POST + "Content-Length:\r\n 0\r\n\r\n"),
        arguments(
            400,
            "a header folded into the request line",
            "GET /first HTTP/1.1\r\n Host: h\r\nHost: h\r\n\r\n"));
  }

  static Stream<Arguments> requestLines() {
    return Stream.of(
        arguments(400, "two blanks after the method", "GET  /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "two blanks after the target", "GET /first  HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a blank for a method", " /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a blank for a target", "GET  HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a blank for a version", "GET /first \r\nHost: h\r\n\r\n"),
        arguments(400, "no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a blank in the version", "GET /first HTTP/1 .1\r\nHost: h\r\n\r\n"),
        arguments(400, "a blank before the method", " GET /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a blank after the version", "GET /first HTTP/1.1 \r\nHost: h\r\n\r\n"),
        arguments(400, "a blank in the target", "GET /first x HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a tab for a blank", "GET\t/first\tHTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a vertical tab for a blank", "GET\u000b/first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a bare CR for a blank", "GET /first\rHTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "NUL in the method", "G\u0000T /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "NUL in the target", "GET /fir\u0000st HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "DEL in the target", "GET /fir\u007fst HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a target that isn't ASCII", "GET /fir\u00a0st HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a fragment", "GET /first#second HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a fragment of a query", "GET /first?a#b HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a method that is no token", "G(T /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "no version", "GET /first\r\nHost: h\r\n\r\n"),
        arguments(400, "a version in lower case", "GET /first http/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a version without its minor", "GET /first HTTP/1\r\nHost: h\r\n\r\n"),
        arguments(400, "a version of many digits", "GET /first HTTP/1.01\r\nHost: h\r\n\r\n"),
        arguments(400, "another protocol", "GET /first ICY/1.1\r\nHost: h\r\n\r\n"),
        arguments(505, "HTTP/0.9 by name", "GET /first HTTP/0.9\r\nHost: h\r\n\r\n"),
        arguments(505, "HTTP/2.0 by name", "GET /first HTTP/2.0\r\nHost: h\r\n\r\n"),
        arguments(505, "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        arguments(
            501,
            "CONNECT, after which a tunnel begins",
            "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n"),
        arguments(
            414, "a long target", "GET /" + "x".repeat(8 << 10) + " HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(414, "a request line without an end", "x".repeat(9_000)));
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments(400, "no Host", "GET /first HTTP/1.1\r\n\r\n"),
        arguments(400, "two Hosts", GET + "Host: h\r\n\r\n"),
        arguments(400, "two Hosts, in two cases", GET + "hOST: other\r\n\r\n"),
        arguments(
            400, "two Hosts, of HTTP/1.0", "GET /first HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        arguments(400, "a blank in Host", "GET /first HTTP/1.1\r\nHost: a b\r\n\r\n"),
        arguments(400, "a list in Host", "GET /first HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        arguments(400, "a path in Host", "GET /first HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        arguments(400, "a user in Host", "GET /first HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        arguments(400, "a port in Host that is none", "GET /first HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        arguments(400, "a Host that isn't ASCII", "GET /first HTTP/1.1\r\nHost: \u00e9\r\n\r\n"),
        arguments(400, "a user in the target", "GET http://a@h/first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a target without a host", "GET http:///first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a blank before the colon", POST + "Content-Length : 3\r\n\r\nabc"),
        arguments(400, "a tab before the colon", POST + "Content-Length\t: 3\r\n\r\nabc"),
        arguments(400, "a blank in a name", GET + "X Y: z\r\n\r\n"),
        arguments(400, "a blank before the first name", "GET /first HTTP/1.1\r\n Host: h\r\n\r\n"),
        arguments(400, "no name", GET + ": z\r\n\r\n"),
        arguments(400, "no colon", GET + "X-Y\r\n\r\n"),
        arguments(400, "NUL in a name", GET + "X\u0000Y: z\r\n\r\n"),
        arguments(400, "NUL in a value", GET + "X-Y: a\u0000b\r\n\r\n"),
        arguments(400, "NUL at the end of a value", GET + "X-Y: a\u0000\r\n\r\n"),
        arguments(400, "a name that isn't ASCII", GET + "X-\u00e9: z\r\n\r\n"),
        arguments(400, "a name with a separator in it", GET + "X(Y): z\r\n\r\n"),
        arguments(431, "a long value", GET + "X-Y: " + "z".repeat(16 << 10) + "\r\n\r\n"),
        arguments(431, "a long name", GET + "z".repeat(16 << 10) + ": z\r\n\r\n"),
        arguments(431, "many headers", GET + "X-Y: z\r\n".repeat(3_000) + "\r\n"),
        arguments(431, "a header without an end", GET + "z".repeat(17 << 10)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({"lengths", "chunks", "lines", "requestLines", "headers"})
  void what_two_readers_could_read_differently_is_refused_and_nothing_after_it_is_answered(
      int status, String what, String request) throws Exception {
    int before = seconds.get();
    try (Peer peer = peerThatSays(request + SECOND)) {
      Reply reply = peer.hearsReply();

      assertThat(reply.status()).as("%s: %s", what, reply).isEqualTo(status);
      assertThat(reply.text()).startsWith("{\"error\":").doesNotContain("Exception", "netty");
      assertThat(reply.isLast()).as("the last answer").isTrue();
      peer.hearsEnd();
    }
    assertThat(seconds).hasValue(before);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({"lines", "requestLines"})
  void so_it_is_however_it_comes(int status, String what, String request) throws Exception {
    int before = seconds.get();
    byte[] all = (request + SECOND).getBytes(ISO_8859_1);
    try (Peer peer = serving.peer()) {
      for (int at = 0; at < all.length; at += Math.max(1, all.length / 100)) {
        int end = Math.min(all.length, at + Math.max(1, all.length / 100));
        peer.says(Arrays.copyOfRange(all, at, end));
      }

      assertThat(peer.hearsReply().status()).as(what).isEqualTo(status);
      peer.hearsEnd();
    }
    assertThat(seconds).hasValue(before);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lines")
  void so_it_is_in_a_later_request(int status, String what, String request) throws Exception {
    int before = seconds.get();
    try (Peer peer = peerThatSays(GET + "\r\n" + request + SECOND)) {
      assertThat(peer.hearsReply().text()).isEqualTo("first");
      assertThat(peer.hearsReply().status()).as(what).isEqualTo(status);
      peer.hearsEnd();
    }
    assertThat(seconds).hasValue(before);
  }

  // ---- what is unusual, and can be read in one way only ----

  static Stream<Arguments> unusual() {
    return Stream.of(
        arguments(200, "an empty line before the request", "\r\n" + GET + "\r\n"),
        arguments(200, "a target with its host", "GET http://h/first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(200, "a later HTTP/1", "GET /first HTTP/1.2\r\nHost: h\r\n\r\n"),
        arguments(
            200,
            "HTTP/1.0 that asks to be kept",
            "GET /first HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        arguments(
            200,
            "HTTP/1.0 with a length, and a header whose name is as long",
            "POST /length HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 0\r\n"
                + "Accept-Charset: utf-8\r\n\r\n"),
        arguments(
            200,
            "HTTP/1.0 with headers whose names begin as a length's",
            "GET /first HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length-X: 1\r\n"
                + "Content-Length-Y: 2\r\n\r\n"),
        arguments(200, "a Host of nothing", "GET /first HTTP/1.1\r\nHost:\r\n\r\n"),
        arguments(200, "an IPv6 Host", "GET /first HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
        arguments(200, "a header of nothing", GET + "X-Y:\r\n\r\n"),
        arguments(200, "a value that isn't ASCII", GET + "X-Y: \u00e9\r\n\r\n"),
        arguments(200, "a body of a GET", GET + "Content-Length: 3\r\n\r\nabc"),
        arguments(
            200, "a coding in capitals", POST + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"),
        arguments(200, "an extension of a chunk", CHUNKED + "3;a=\"b c\"\r\nabc\r\n0\r\n\r\n"),
        arguments(
            200,
            "extensions of chunks",
            CHUNKED + "3;a\r\nabc\r\n" + "2;b=c;d=\"e f;\"\r\nde\r\n" + "0;f\r\n\r\n"),
        arguments(200, "a length among the trailers", CHUNKED + "0\r\nContent-Length: 99\r\n\r\n"),
        arguments(501, "a method in lower case", "get /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(501, "a method nobody knows", "BREW /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(
            405, "a method that the path has not", "TRACE /first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "an asterisk for GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(204, "a target that is an asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(400, "a target without its slash", "GET first HTTP/1.1\r\nHost: h\r\n\r\n"),
        arguments(
            400,
            "Upgrade with a body",
            Peer.handshake("/ws").replace("\n\n", "\nContent-Length: 3\n\n").replace("\n", "\r\n")
                + "abc"),
        arguments(
            400,
            "Upgrade with a body in chunks",
            Peer.handshake("/ws")
                    .replace("\n\n", "\nTransfer-Encoding: chunked\n\n")
                    .replace("\n", "\r\n")
                + "3\r\nabc\r\n0\r\n\r\n"),
        arguments(
            426,
            "Upgrade of HTTP/1.0",
            Peer.handshake("/ws")
                .replace("HTTP/1.1", "HTTP/1.0")
                .replace("Connection: Upgrade", "Connection: keep-alive, Upgrade")
                .replace("\n", "\r\n")));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void unusual(int status, String what, String request) throws Exception {
    try (Peer peer = peerThatSays(request + SECOND)) {
      Reply reply = peer.hearsReply();

      assertThat(reply.status()).as("%s: %s", what, reply).isEqualTo(status);
      assertThat(reply.isLast()).as("the last answer").isFalse();
      assertThat(peer.hearsReply().text()).isEqualTo("second");
    }
  }

  @Test
  void how_long_a_head_may_be_is_the_settings_to_say() throws Exception {
    HttpServerConfig config =
        HttpServerConfig.defaults().withMaxRequestLine(20_000).withMaxHeaderBytes(30_000);
    RouteGroup http = RouteGroup.builder().get("/{any}", scope -> Response.text("read")).build();
    try (Serving own = Serving.of(runner -> runner.withRoutes(http).withConfig(config))) {
      assertThat(answerTo(own, "x".repeat(19_900), "").text()).isEqualTo("read");
      assertThat(answerTo(own, "x", "X-Y: " + "z".repeat(29_000) + "\r\n").text())
          .isEqualTo("read");

      Reply line = answerTo(own, "x".repeat(20_100), "");
      assertThat(line.status()).isEqualTo(414);
      assertThat(line.text()).contains("maxRequestLine (20000 bytes)");
      Reply headers = answerTo(own, "x", "X-Y: " + "z".repeat(31_000) + "\r\n");
      assertThat(headers.status()).isEqualTo(431);
      assertThat(headers.text()).contains("maxHeaderBytes (30000 bytes)");
    }
  }

  private static Reply answerTo(Serving own, String target, String header) throws IOException {
    String request = "GET /" + target + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n";
    try (Peer peer = own.peer().says(request.getBytes(ISO_8859_1))) {
      return peer.hearsReply();
    }
  }

  @Test
  void the_host_in_the_target_goes_before_the_header() throws Exception {
    try (Peer peer = peerThatSays("GET http://real:80/host HTTP/1.1\r\nHost: other\r\n\r\n")) {
      assertThat(peer.hearsReply().text()).isEqualTo("[real:80]");
    }
  }
}
