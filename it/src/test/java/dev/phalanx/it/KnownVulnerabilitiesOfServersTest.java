package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.Origins;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.http.Middleware;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.testkit.Frame;
import dev.phalanx.transport.HttpServerConfig;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What has brought other servers down, or opened them, told over real sockets. The protocol core
 * has a test of the same kind; what has happened to clients is tested with the client.
 */
class KnownVulnerabilitiesOfServersTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  /** More direct memory than any of these may take. */
  private static final long TOO_MUCH = 32 << 20;

  private final BlockingQueue<WsClosed> endings = new LinkedBlockingQueue<>();
  private final AtomicInteger heard = new AtomicInteger();

  private Serving serving;

  @BeforeEach
  void serve() throws IOException {
    WsConfig hasty = WsConfig.defaults().withCloseTimeout(SHORT);
    WsConfig compressed = hasty.withCompression(Compression.defaults());
    HttpServerConfig roomy = HttpServerConfig.defaults().withMaxHeaderBytes(4 << 20);
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .route("/mirror", this::mirror, hasty)
            .route("/compressed", this::mirror, compressed)
            .route("/protocols", this::mirror, compressed.withSubprotocols("chat"))
            .build();
    serving = Serving.of(runner -> runner.withWebsockets(ws).withConfig(roomy));
  }

  @AfterEach
  void close() {
    serving.close();
  }

  private void mirror(WsScope scope) {
    WsConnection conn = scope.connection();
    scope.service(WsGateway.class).register(conn);
    conn.inbound()
        .forEach(message -> {
          heard.incrementAndGet();
          conn.send(message);
        });
    endings.add(conn.closed());
  }

  private void serverGoesOn() throws Exception {
    try (Peer peer = serving.peer().opens("/mirror")) {
      peer.says(Frame.text("still there?")).hears(Frame.text("still there?"));
    }
    await().until(() -> serving.gateway().count() == 0);
  }

  private static String with(String header, String value) {
    return with("/mirror", header, value);
  }

  private static String with(String path, String header, String value) {
    return Peer.handshake(path).replace("\n\n", "\n" + header + ": " + value + "\n\n");
  }

  // ---- messages ----

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @DisplayName(
      "CVE-2026-48779 (ws): tiny fragments without end, each with more to keep than its bytes")
  void fragmentsWithoutEnd(int bytesEach) throws Exception {
    try (Peer peer = serving.peer().opens("/mirror")) {
      byte[] fragment = Frame.continuation("x".repeat(bytesEach)).unfinished().masked();
      peer.says(Frame.text("x").unfinished());
      for (int i = 0; i < 1_024; i++) {
        peer.says(fragment);
      }

      assertThat(peer.hearsClose(1008).closeReason()).contains("maxFragments (1024)");
      peer.hearsEnd();
    }
    serverGoesOn();
  }

  @Test
  @DisplayName("CVE-2026-27571 (nats-server), CVE-2026-1526 (undici): inflating knew no limit")
  void inflatingPastTheLimit() throws Exception {
    byte[] bomb = deflated(new byte[64 << 20]);
    assertThat(bomb).hasSizeLessThan(70_000);
    String offer = with("/compressed", "Sec-WebSocket-Extensions", "permessage-deflate");
    try (Peer peer = serving.peer().says(offer)) {
      assertThat(peer.hearsReply().header("Sec-WebSocket-Extensions")).contains("deflate");
      peer.says(Frame.binary(bomb).withReserved(4));

      assertThat(peer.hearsClose(1009).closeReason()).contains("maxMessageSize");
      peer.hearsEnd();
    }
    assertThat(heard).hasValue(0);
    serverGoesOn();
  }

  private static byte[] deflated(byte[] message) {
    try (Deflater deflater = new Deflater(9, true)) {
      deflater.setInput(message);
      byte[] out = new byte[1 << 20];
      int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
      byte[] withoutTail = new byte[length - 4]; // RFC 7692, section 7.2.1
      System.arraycopy(out, 0, withoutTail, 0, withoutTail.length);
      return withoutTail;
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 1002", "-9223372036854775808, 1002", "9223372036854775807, 1009"})
  @DisplayName(
      "CVE-2020-13935 (Tomcat), CVE-2020-27813 (gorilla): a length with its highest bit set")
  void lengthsThatTurnNegative(long length, int code) throws Exception {
    try (Peer peer = serving.peer().opens("/mirror")) {
      peer.says(Frame.text("x").unfinished()).says(Frame.continuation("").announcing(length));

      peer.hearsClose(code);
      peer.hearsEnd();
    }
    serverGoesOn();
  }

  // ---- control frames ----

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "ééééééé"})
  @DisplayName("CVE-2026-45736 (ws): a Close took other bytes of the process along with its reason")
  void reasonsThatSayNoMoreThanTheyShould(String reason) throws Exception {
    for (String whole : new String[] {reason, reason.repeat(40)}) {
      WsHandler closing = scope -> scope.connection().close(new WsCloseCode(4000), whole);
      try (Serving own = Serving.websockets(ws -> ws.route("/", closing));
          Peer peer = own.peer().opens("/")) {
        String heardReason = peer.hearsClose(4000).closeReason();

        int most = Math.min(123, whole.getBytes(UTF_8).length);
        assertThat(whole).startsWith(heardReason);
        assertThat(heardReason.getBytes(UTF_8)).hasSizeBetween(Math.max(0, most - 1), most);
      }
    }
  }

  @Test
  @DisplayName("CVE-2024-23672 (Tomcat): a connection whose peer went on after a Close never ended")
  void closesThatNeverComplete() throws Exception {
    CompletableFuture<WsClosed> ending = new CompletableFuture<>();
    WsHandler closing =
        scope -> {
          scope.service(WsGateway.class).register(scope.connection());
          scope.connection().close(new WsCloseCode(4000), "go");
          scope.connection().inbound().forEach(message -> {});
          ending.complete(scope.connection().closed());
        };
    WsConfig hasty = WsConfig.defaults().withCloseTimeout(SHORT);

    try (Serving own = Serving.websockets(ws -> ws.route("/", closing, hasty));
        Peer peer = own.peer().opens("/")) {
      peer.hearsClose(4000);
      try {
        while (!ending.isDone()) {
          peer.says(Frame.text("not yet"), Frame.ping("nor yet"));
        }
      } catch (SocketException e) {
        // that is the end
      }

      assertThat(ending.get(20, SECONDS).code().value()).isEqualTo(4000);
      await().until(() -> own.gateway().count() == 0);
      peer.losesConnection();
    }
  }

  @Test
  @DisplayName("CVE-2021-3690 (Undertow): buffers of Pongs that nobody reads were kept without end")
  void pongsThatNobodyReads() throws Exception {
    byte[] ping = Frame.ping("x".repeat(125)).masked();
    ByteBuffer burst = ByteBuffer.allocate(ping.length * 1_000);
    while (burst.hasRemaining()) {
      burst.put(ping);
    }
    try (Peer peer = Peer.withLittleRoom(serving.server()).opens("/mirror")) {
      long before = PlatformDependent.usedDirectMemory();
      long most = 0;
      for (int i = 0; i < 400; i++) { // 52 MB
        peer.says(burst.array());
        most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
      }
      assertThat(most).isLessThan(TOO_MUCH);

      peer.says(Frame.text("done"));
      Frame last = peer.hearsFrame();
      while (last.opcode() == 0xA) {
        last = peer.hearsFrame();
      }
      assertThat(last).isEqualTo(Frame.text("done"));
    }
    serverGoesOn();
  }

  // ---- handshakes ----

  @Test
  @DisplayName(
      "CVE-2024-37890 (ws): with more headers than it counted, it fell over the missing ones")
  void manyHeaders() throws Exception {
    String many = "A: b\n".repeat(2_000);
    String before =
        Peer.handshake("/mirror").replace("Upgrade: websocket", many + "Upgrade: websocket");
    try (Peer peer = serving.peer().says(before)) {
      assertThat(peer.hearsReply().status()).isEqualTo(101);
      peer.says(Frame.text("hi")).hears(Frame.text("hi"));
    }
    try (Serving usual = Serving.websockets(ws -> ws.route("/mirror", this::mirror));
        Peer peer = usual.peer().says(before.replace(many, many.repeat(3)))) {
      assertThat(peer.hearsReply().status()).isEqualTo(431);
      peer.hearsEnd();
    }
    serverGoesOn();
  }

  @Test
  @DisplayName("CVE-2023-43669 (tungstenite): a handshake was collected for as long as it came")
  void headersWithoutEnd() throws Exception {
    try (Serving usual = Serving.websockets(ws -> ws.route("/mirror", this::mirror));
        Peer peer = usual.peer()) {
      long before = PlatformDependent.usedDirectMemory();
      long most = 0;
      String lines = "X-Y: z\n".repeat(10_000);
      peer.says(Peer.handshake("/mirror").replace("\n\n", "\n"));
      try {
        for (int i = 0; i < 1_000; i++) { // 80 MB
          peer.says(lines);
          most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
        }
      } catch (SocketException e) {
        // closed on us
      }

      assertThat(most).isLessThan(TOO_MUCH);
    }
    try (Serving usual = Serving.websockets(ws -> ws.route("/mirror", this::mirror));
        Peer peer = usual.peer().says(Peer.handshake("/mirror").replace("\n\n", "\n"))) {
      peer.says("X-Y: z\n".repeat(3_000));
      assertThat(peer.hearsReply().status()).isEqualTo(431);
      peer.hearsEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Connection", "Upgrade"})
  @Timeout(20)
  @DisplayName("CVE-2021-32640 (ws): blanks in Sec-WebSocket-Protocol took quadratic time")
  void blanksInHeaders(String header) throws Exception {
    String blanks = "a" + " ".repeat(1_500_000) + "b";
    String elements = "a,\t".repeat(500_000) + "chat";

    for (String value : new String[] {blanks, elements}) {
      try (Peer peer = serving.peer().says(with("/protocols", header, value))) {
        assertThat(peer.hearsReply().status()).isIn(101, 400, 426);
      }
    }
    serverGoesOn();
  }

  @Test
  @DisplayName("CVE-2026-41838 (Spring): ids came from java.util.Random, and told the next ones")
  void idsThatCanBeGuessed() throws Exception {
    WsHandler telling = scope -> scope.connection().sendText(scope.connection().id());
    Set<String> ids = new HashSet<>();
    try (Serving own = Serving.websockets(ws -> ws.route("/", telling))) {
      for (int i = 0; i < 32; i++) {
        try (Peer peer = own.peer().opens("/")) {
          String id = new String(peer.hearsFrame().payload(), UTF_8);
          assertThat(id).matches("[0-9a-f]{32}");
          assertThat(isOfJavaUtilRandom(HexFormat.of().parseHex(id))).isFalse();
          ids.add(id);
        }
      }
    }
    assertThat(ids).hasSize(32);
  }

  @Test
  void the_attack_on_ids_works_where_it_should() {
    byte[] id = new byte[16];
    new Random(42).nextBytes(id);

    assertThat(isOfJavaUtilRandom(id)).isTrue();
  }

  /** Tries the 16 bits of state that an int of java.util.Random leaves open. */
  private static boolean isOfJavaUtilRandom(byte[] id) {
    ByteBuffer ints = ByteBuffer.wrap(id).order(ByteOrder.LITTLE_ENDIAN);
    for (long low = 0; low < 1 << 16; low++) {
      long state = (ints.getInt(0) & 0xFFFF_FFFFL) << 16 | low;
      boolean same = true;
      for (int at = 4; same && at < 16; at += 4) {
        state = state * 0x5DEECE66DL + 0xB & (1L << 48) - 1;
        same = (int) (state >>> 16) == ints.getInt(at);
      }
      if (same) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin/ws",
        "/%61dmin/ws",
        "/admin/%77s",
        "/admin/ws?/../../open",
        "http://localhost/admin/ws",
        "http://elsewhere/admin/ws",
        "//admin/ws",
        "/open/../admin/ws",
        "/./admin/ws",
        "/admin//ws",
        "/admin;x/ws",
      })
  @DisplayName("CVE-2026-44578: upgrades went past what guards the pages at the same paths")
  void upgradesThatPassByTheGuards(String target) throws Exception {
    AtomicInteger opened = new AtomicInteger();
    Middleware guard = (scope, next) -> Response.error(401, "who are you?");
    RouteGroup admin =
        RouteGroup.builder().wrap(guard).get("/page", scope -> Response.text("secret")).build();
    RouteGroup http = RouteGroup.builder().mount("/admin", admin).build();
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .route("/admin/ws", scope -> opened.incrementAndGet())
            .route("/open", scope -> {})
            .build();
    try (Serving own = Serving.of(runner -> runner.withRoutes(http).withWebsockets(ws));
        Peer peer = own.peer().says(Peer.handshake(target))) {
      assertThat(peer.hearsReply().status()).isIn(400, 401, 404);
    }
    assertThat(opened).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.org, 101",
    "https://a.b.example.org, 101",
    "https://evilexample.org, 403",
    "https://example.org.evil.test, 403",
    "https://a.example.org.evil.test, 403",
    "https://evil.test?.example.org, 403",
    "https://evil.test#.example.org, 403",
    "https://evil.test/.example.org, 403",
    "https://a.example.org@evil.test, 403",
    "https://*.example.org, 403",
    "https://.example.org, 403",
    "http://a.example.org, 403",
  })
  @DisplayName("CVE-2022-42975 (Phoenix): *.example.org let evilexample.org in")
  void wildcardsThatAreNotAnchored(String origin, int status) throws Exception {
    WsConfig listed = WsConfig.defaults().withOrigins(Origins.of("https://*.example.org"));
    try (Serving own = Serving.websockets(ws -> ws.route("/mirror", this::mirror, listed));
        Peer peer = own.peer().says(with("Origin", origin))) {
      assertThat(peer.hearsReply().status()).isEqualTo(status);
    }
  }
}
