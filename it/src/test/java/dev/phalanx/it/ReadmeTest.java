package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ForbiddenException;
import dev.phalanx.examples.Demo;
import dev.phalanx.hermes.GatewayConfig;
import dev.phalanx.hermes.Origins;
import dev.phalanx.hermes.Subscription;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.testkit.Frame;
import dev.phalanx.transport.HttpServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README keeps its word: its code is compiled and run (how: {@link ReadmeCode}), its tables are
 * compared with what they are about, and its links lead somewhere. Every test of a block or a row
 * is named after its line; a new one needs its scenario here.
 */
class ReadmeTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final String LOCALHOST = "127.0.0.1";
  private static final int PATIENCE = 20; // seconds
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static Readme readme;
  private static ReadmeCode code;

  @BeforeAll
  static void readAndCompile(@TempDir Path output) throws IOException {
    readme = Readme.read(PROJECT.resolve("README.md"));
    code = ReadmeCode.compile(readme, output);
  }

  // ---- the code ----

  @TestFactory
  Stream<DynamicTest> everyBlockOfCodeDoesWhatTheTextAroundItSays() {
    Map<String, AtomicInteger> count = new java.util.HashMap<>();
    return readme.blocks().stream()
        .filter(block -> block.language().equals("java") && !ReadmeCode.isTypes(block))
        .map(block -> {
          int number =
              count.computeIfAbsent(block.heading(), h -> new AtomicInteger()).incrementAndGet();
          String name = block.heading() + " " + number;
          return test(block.line(), name, () -> run(block, name));
        });
  }

  /** Numbers count the blocks under a heading, without those that only declare types. */
  private static void run(Readme.Block block, String name) throws Exception {
    switch (name) {
      case "Hermes 1" -> echo(block);
      case "Connections 1" -> sending(block);
      case "Connections 2" -> receiving(block);
      case "Messages 1" -> makingMessages(block);
      case "Messages 2" -> takingMessagesApart(block);
      case "Routes 1" -> routes(block);
      case "Gateway: pub/sub 1" -> gateway(block);
      case "Topics 1" -> topics(block);
      case "Slow subscribers 1" -> slowSubscribers(block);
      case "Route parameters 1" -> routeParameters(block);
      case "HTTP and WebSocket on one port 1" -> onePort(block);
      case "Middleware 1" -> middleware(block);
      case "Services 1" -> services(block);
      case "The scope 1" -> scope(block);
      case "The scope 2" -> tasks(block);
      case "Who may connect 1" -> whoMayConnect(block);
      case "Compression 1", "TLS 1" -> code.snippet(block).run();
      case "Client 1" -> client(block);
      case "Test your application 1" -> code.snippet(block).run();
      case "Test your application 2" -> testing(block);
      case "Behind a reverse proxy 1" -> code.snippet(block).run();
      default -> throw new AssertionError("no scenario for this block: add one to ReadmeTest.run");
    }
  }

  /** The first block of "Test your application" is a test itself. */
  @Test
  void theTestOfTheReadmePasses() throws Exception {
    assertThat(TestRun.of(code.type("SlowTest")).failures()).isEmpty();
    assertThat(TestRun.of(code.type("SlowTest")).succeeded()).isEqualTo(1);
  }

  private static void echo(Readme.Block block) throws Exception {
    serving(
        () -> code.run(block),
        port -> {
          try (ReadmeClient client = ReadmeClient.connect(port, "/ws/echo")) {
            assertThat(client.says("hello").hears()).isEqualTo("echo: hello");
            assertThat(client.says("again").hears()).isEqualTo("echo: again");
          }
        });
  }

  private static void sending(Readme.Block block) throws Exception {
    inConnection(
        block,
        client -> {
          assertThat(client.hears()).isEqualTo("hello");
          assertThat(client.hearsBytes()).containsExactly(1, 2, 3);
          assertThat(client.hears()).isEqualTo("{\"type\":\"hello\"}");
          assertThat(client.hears()).isEqualTo("hello again");
          assertThat(client.hearsClose()).isEqualTo(1000);
        });
  }

  private static void receiving(Readme.Block block) throws Exception {
    CompletableFuture<WsClosed> how = new CompletableFuture<>();
    withHandler(
        scope -> {
          snippetIn(scope, block).run();
          how.complete(scope.connection().closed());
        },
        client -> {
          assertThat(client.says("four").hears()).isEqualTo("got 4 bytes");
          client.closes();

          assertThat(how.get(PATIENCE, TimeUnit.SECONDS))
              .isEqualTo(new WsClosed(WsCloseCode.NORMAL, "", WsClosed.By.PEER));
        });
  }

  private static void makingMessages(Readme.Block block) throws Exception {
    code.snippet(block).run();
  }

  private static void takingMessagesApart(Readme.Block block) throws Exception {
    withHandler(
        scope -> {
          for (WsMessage message : scope.connection().inbound()) {
            ReadmeSnippet snippet = snippetIn(scope, block);
            snippet.msg = message;
            snippet.run();
          }
        },
        client -> {
          client.says("{\"action\": \"join\", \"room\": \"lobby\"}");
          assertThat(client.hears()).isEqualTo("join lobby");
          assertThat(client.says(new byte[] {7}).hearsBytes()).containsExactly(7);
          assertThat(client.says("no JSON").hearsClose()).isEqualTo(1007);
        });
  }

  private static void routes(Readme.Block block) throws Exception {
    ReadmeSnippet made = code.snippet(block);
    made.run();

    Readme.Block services = blockOf("Services");
    ReadmeSnippet application = code.snippet(services);
    application.run();
    try (RunningServer server = start(application.app, made.ws);
        ReadmeClient chat = ReadmeClient.connect(server.port(), "/ws/chat/lobby");
        ReadmeClient slow = ReadmeClient.connect(server.port(), "/ws/slow");
        ReadmeClient time = ReadmeClient.connect(server.port(), "/ws/time")) {
      assertThat(chat.says("hello").hears()).isEqualTo("received: hello");
      assertThat(slow.says("hello").hears()).isEqualTo("hello");
      assertThat(time.hears()).endsWith("Z");
      assertThat(time.hearsClose()).isEqualTo(1000);
    }
  }

  private static void gateway(Readme.Block block) throws Exception {
    inConnection(
        block,
        client -> {
          assertThat(client.hears()).isEqualTo("to all of the room");
          assertThat(client.hears()).contains("Maintenance in 5 minutes");
          assertThat(client.hearsClose()).isEqualTo(1000);
        });
  }

  private static void topics(Readme.Block block) throws Exception {
    withHandler(
        scope -> {
          ReadmeSnippet snippet = snippetIn(scope, block);
          snippet.gateway.subscribe(scope.connection(), "arrivals");
          snippet.run();
          for (String pattern : List.of(">", "*.salaries", "staff.*", "*.*")) {
            Subscription all = Subscription.matching(pattern);
            assertThatThrownBy(() -> snippet.gateway.subscribe(scope.connection(), all))
                .isInstanceOf(ForbiddenException.class);
          }
          snippet.gateway.subscribe(scope.connection(), "hall", "staff.lounge");
        },
        client -> {
          assertThat(client.hears()).isEqualTo("Ann types");
          assertThat(client.hears()).isEqualTo("game, set and match");
          assertThat(client.hears()).isEqualTo("3.20");
          assertThat(client.hears()).endsWith(" hears hall");
          assertThat(client.hearsClose()).isEqualTo(1008);
        });
  }

  private static void slowSubscribers(Readme.Block block) throws Exception {
    List<String> topics = List.of("chat.lobby", "orders", "log", "audio", "price.tea");
    withHandler(
        scope -> {
          ReadmeSnippet snippet = snippetIn(scope, block);
          snippet.run();
          topics.forEach(topic -> snippet.gateway.publish(topic, WsMessage.text(topic + " 1")));
        },
        client -> {
          for (String topic : topics) {
            assertThat(client.hears()).isEqualTo(topic + " 1");
          }
          assertThat(client.hearsClose()).isEqualTo(1000);
        });
  }

  private static void routeParameters(Readme.Block block) throws Exception {
    ReadmeSnippet made = code.snippet(block);
    made.run();
    try (RunningServer server = start(Application.starting().compile(), made.ws);
        ReadmeClient feed = ReadmeClient.connect(server.port(), "/ws/users/42/feed")) {
      assertThat(feed.hears()).isEqualTo("feed of user 42");
      assertThat(upgradeStatus(server.port(), "/ws/users/abc/feed")).isEqualTo(404);
      chatIn(server.port(), "/ws/rooms/lobby");
    }
  }

  /** The chat room of "Connection lifecycle". A 101 comes before its handler has subscribed. */
  private static void chatIn(int port, String room) throws Exception {
    try (ReadmeClient alice = ReadmeClient.connect(port, room)) {
      ReadmeClient bob = ReadmeClient.connect(port, room);
      while (!alice.hearsAnything()) {
        bob = ReadmeClient.connect(port, room);
      }
      assertThat(bob.says("hello").closes().hearsClose()).isEqualTo(1000);
      alice.hears("hello");
      alice.hears("\"leave\"");

      ReadmeClient carol = ReadmeClient.connect(port, room);
      alice.hears("\"join\"");
      carol.close();
    }
  }

  private static void onePort(Readme.Block block) throws Exception {
    ReadmeSnippet snippet = code.snippet(block);
    snippet.app = Application.starting().compile();
    serving(
        snippet::run,
        port -> {
          assertThat(get(port, "/api/rooms").body()).isEqualTo("[{\"name\":\"lobby\"}]");
          assertThat(get(port, "/health").body()).isEqualTo("up");
          HttpResponse<String> created = post(port, "/api/rooms", "{\"name\": \"tea\"}");
          assertThat(created.statusCode()).isEqualTo(201);
          assertThat(created.headers().firstValue("Location")).contains("/api/rooms/tea");
          assertThat(post(port, "/api/rooms", "{").statusCode()).isEqualTo(400);
          chatIn(port, "/ws/rooms/lobby");
        });
  }

  private static void middleware(Readme.Block block) throws Exception {
    ReadmeSnippet made = code.snippet(block);
    made.run();
    Runner runner =
        Runner.from(Application.starting().compile()).withRoutes(made.http).withWebsockets(made.ws);
    try (RunningServer server = runner.start(LOCALHOST, 0);
        ReadmeClient client =
            ReadmeClient.connect(server.port(), "/ws/me", "Authorization", "Bearer tea")) {
      assertThat(client.hears()).isEqualTo("hello alice");
      assertThat(upgradeStatus(server.port(), "/ws/me")).isEqualTo(401);
      assertThat(get(server.port(), "/members/me").statusCode()).isEqualTo(401);
      assertThat(get(server.port(), "/members/nothing").statusCode()).isEqualTo(401);
      assertThat(get(server.port(), "/elsewhere").statusCode()).isEqualTo(404);
      HttpResponse<String> alice = get(server.port(), "/members/me", "Authorization", "Bearer tea");
      assertThat(alice.body()).isEqualTo("alice");
    }
  }

  private static void services(Readme.Block block) throws Exception {
    ReadmeSnippet made = code.snippet(block);
    made.run();
    java.time.Clock clock = made.app.service(java.time.Clock.class);
    assertThat(clock).isSameAs(made.app.service(java.time.Clock.class));
    made.app.close();
  }

  private static void scope(Readme.Block block) throws Exception {
    inConnection(
        block,
        client -> {
          assertThat(client.hears()).isEqualTo("[tea, cake] in time");
          assertThat(client.hearsClose()).isEqualTo(1000);
        });
  }

  private static void tasks(Readme.Block block) throws Exception {
    inConnection(
        block,
        client -> {
          assertThat(client.hears()).isEqualTo("2 cups of tea, [1, 4, 9]");
          assertThat(client.hearsClose()).isEqualTo(1000);
        });
  }

  private static void whoMayConnect(Readme.Block block) throws Exception {
    ReadmeSnippet snippet = code.snippet(block);
    snippet.run();
    try (Serving serving = Serving.of(runner -> runner.withWebsockets(snippet.ws))) {
      String handshake = Peer.handshake("/ws/me");
      try (Peer stranger = serving.peer()) {
        assertThat(stranger.says(handshake).hearsReply().status()).isEqualTo(401);
      }
      String known = "\nAuthorization: Bearer correct-horse-battery-staple\n\n";
      try (Peer ada = serving.peer()) {
        Reply reply = ada.says(handshake.replace("\n\n", known)).hearsReply();
        assertThat(reply.status()).isEqualTo(101);
        ada.hears(Frame.text("ada"));
      }
    }
  }

  /** Without an answer from the echo there would be no next message, and that is an exception. */
  private static void client(Readme.Block block) throws Exception {
    try (RunningServer server = Demo.start(LOCALHOST, 0)) {
      ReadmeSnippet.url = "ws://%s:%d/ws/echo".formatted(LOCALHOST, server.port());
      code.snippet(block).run();
    }
  }

  private static void testing(Readme.Block block) throws Exception {
    ReadmeSnippet snippet = code.snippet(block);
    snippet.app = Application.starting().compile();
    snippet.run();
  }

  /** Runs statements as a handler, and talks to it. */
  private static void inConnection(Readme.Block block, Talk<ReadmeClient> talk) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    withHandler(
        scope -> {
          try {
            snippetIn(scope, block).run();
            done.complete(null);
          } catch (Throwable e) { // of the README: the test says it
            done.completeExceptionally(e);
          }
        },
        client -> {
          done.get(PATIENCE, TimeUnit.SECONDS);
          talk.with(client);
        });
  }

  /** Serves one handler, and talks to it. */
  private static void withHandler(WsHandler handler, Talk<ReadmeClient> talk) throws Exception {
    WsRouteGroup ws = WsRouteGroup.builder().route("/ws", handler).build();
    try (RunningServer server = start(Application.starting().compile(), ws);
        ReadmeClient client = ReadmeClient.connect(server.port(), "/ws")) {
      talk.with(client);
    }
  }

  /** The statements of a block, as they would stand in a handler. */
  private static ReadmeSnippet snippetIn(WsScope scope, Readme.Block block) throws Exception {
    ReadmeSnippet snippet = code.snippet(block);
    snippet.scope = scope;
    snippet.conn = scope.connection();
    snippet.gateway = scope.service(WsGateway.class);
    return snippet;
  }

  /** Runs code that serves until it is interrupted, on a free port, and talks to it. */
  private static void serving(Step program, Talk<Integer> talk) throws Exception {
    int port = freePort();
    ReadmeSnippet.address = LOCALHOST + ":" + port;
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .name("readme")
            .start(() -> {
              try {
                program.run();
                end.complete(new AssertionError("it has returned, and nobody told it to"));
              } catch (Throwable e) { // an InterruptedException, if all is well
                end.complete(e instanceof ReflectiveOperationException ? e.getCause() : e);
              }
            });
    try {
      await().until(() -> accepts(port) || end.isDone());
      assertThat(end).as("the program still serves").isNotDone();
      talk.with(port);
    } finally {
      thread.interrupt();
      assertThat(end.get(PATIENCE, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
  }

  // ---- the demo's paths ----

  @TestFactory
  Stream<DynamicTest> everyPathOfTheDemoAnswersAsItSays() {
    return each(
        "The demo",
        row -> {
          try (RunningServer server = Demo.start(LOCALHOST, 0)) {
            demo(row.name(), server.port());
          }
        });
  }

  @Test
  void theTableHasEveryPathOfTheDemo() throws IOException {
    String source =
        Files.readString(PROJECT.resolve("examples/src/main/java/dev/phalanx/examples/Demo.java"));
    Matcher route =
        Pattern.compile("\\.(get|post|put|patch|delete|route)\\(\\s*\"([^\"]+)\"").matcher(source);
    List<String> routes = new ArrayList<>();
    while (route.find()) {
      String kind =
          route.group(1).equals("route") ? "WS" : route.group(1).toUpperCase(java.util.Locale.ROOT);
      routes.add(kind + " " + route.group(2).replace("\\\\", "\\"));
    }
    assertThat(readme.rows("The demo"))
        .extracting(Readme.Row::name)
        .containsExactlyElementsOf(routes);
  }

  private static void demo(String path, int port) throws Exception {
    switch (path) {
      case "GET /" -> {
        assertThat(get(port, "/").statusCode()).isEqualTo(200);
        assertThat(get(port, "/").headers().firstValue("Content-Type").orElseThrow())
            .startsWith("text/html");
      }
      case "GET /health" -> {
        assertThat(get(port, "/health").statusCode()).isEqualTo(200);
        assertThat(get(port, "/health").body()).isEqualTo("{\"status\":\"up\"}");
      }
      case "GET /api/rooms" ->
          assertThat(get(port, "/api/rooms").body()).startsWith("[{").contains("\"lobby\"");
      case "POST /api/rooms" -> {
        HttpResponse<String> created = post(port, "/api/rooms", "{\"name\": \"tea-house\"}");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains("/api/rooms/tea-house");
        assertThat(post(port, "/api/rooms", "{\"name\": \"tea-house\"}").statusCode())
            .isEqualTo(409);
        assertThat(post(port, "/api/rooms", "{\"name\": \"!\"}").statusCode()).isEqualTo(400);
        assertThat(post(port, "/api/rooms", "{").statusCode()).isEqualTo(400);
      }
      case "GET /api/rooms/{room}" -> {
        assertThat(get(port, "/api/rooms/lobby").body()).contains("\"lobby\"");
        assertThat(get(port, "/api/rooms/none").statusCode()).isEqualTo(404);
      }
      case "WS /ws/echo" -> {
        try (ReadmeClient client = ReadmeClient.connect(port, "/ws/echo")) {
          assertThat(client.says("hello").hears()).isEqualTo("echo: hello");
        }
      }
      case "WS /ws/mirror" -> mirror(port);
      case "WS /ws/mirror/deflate" -> compressedMirror(port);
      case "WS /ws/rooms/{room}" -> chatIn(port, "/ws/rooms/lobby");
      case "WS /ws/relay/{room}" -> relay(port);
      case "WS /ws/users/{id:\\d+}/feed" -> {
        try (ReadmeClient client = ReadmeClient.connect(port, "/ws/users/42/feed")) {
          assertThat(client.hears()).contains("\"user\":42");
          assertThat(client.says("hello").hears()).contains("\"hello\"");
        }
        assertThat(upgradeStatus(port, "/ws/users/abc/feed")).isEqualTo(404);
      }
      case "WS /ws/notifications" -> {
        try (ReadmeClient client = ReadmeClient.connect(port, "/ws/notifications")) {
          assertThat(client.hears()).contains("\"number\":1");
          assertThat(client.hears()).contains("\"number\":2");
        }
      }
      default -> throw new AssertionError("no scenario for this path: add one to ReadmeTest.demo");
    }
  }

  private static void mirror(int port) throws Exception {
    int most = 32 << 20;
    try (ReadmeClient client = ReadmeClient.connect(port, "/ws/mirror")) {
      assertThat(client.says("hello").hears()).isEqualTo("hello");
      assertThat(client.says(new byte[most]).hearsBytes()).hasSize(most);
      assertThat(client.says(new byte[most + 1]).hearsClose()).isEqualTo(1009);
    }
    try (RawSocket raw = new RawSocket(port, upgrade("/ws/mirror"))) {
      ByteArrayOutputStream fragments = new ByteArrayOutputStream();
      for (int i = 1; i <= 131_072; i++) {
        int begin = (i == 1 ? 0x02 : 0) | (i == 131_072 ? 0x80 : 0);
        fragments.writeBytes(new byte[] {(byte) begin, (byte) 0x81, 0, 0, 0, 0, 'x'});
      }
      raw.sends(fragments.toByteArray());
      assertThat(raw.in.readUnsignedShort()).isEqualTo(0x827f); // binary, the length in 8 bytes
      assertThat(raw.in.readLong()).isEqualTo(131_072);
    }
  }

  private static void compressedMirror(int port) throws Exception {
    String offering =
        upgrade("/ws/mirror/deflate")
            .replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    try (RawSocket raw = new RawSocket(port, offering)) {
      assertThat(raw.head).contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
      raw.sends(HexFormat.of().parseHex("c1" + "87" + "00000000" + "f248cdc9c90700"));
      assertThat(raw.in.readNBytes(7)).asHexString().isEqualTo("8105" + "48656C6C6F"); // Hello
    }
  }

  private static void relay(int port) throws Exception {
    try (ReadmeClient alice = ReadmeClient.connect(port, "/ws/relay/tea");
        ReadmeClient bob = ReadmeClient.connect(port, "/ws/relay/tea")) {
      do {
        bob.says("are you there?"); // a 101 comes before its handler has subscribed
      } while (!alice.hearsAnything());
      alice.says("yes");
      bob.hears("yes");
      alice.says(new byte[] {7});
      assertThat(bob.hearsBytes()).containsExactly(7);
    }
  }

  // ---- what closes a connection, and the statuses of the handshake ----

  @TestFactory
  Stream<DynamicTest> everyCloseCodeOfTheTableComesForItsReason() {
    return each(
        "What closes a connection",
        row -> {
          int expected = Integer.parseInt(row.name());
          assertThat(closeCode(expected)).isEqualTo(expected);
        });
  }

  private static int closeCode(int expected) throws Exception {
    record Anything(int number) {}
    WsConfig strict = WsConfig.defaults().withMaxMessageSize(1_000).withMaxFragments(1);
    CompletableFuture<WsClosed> tooSlow = new CompletableFuture<>();
    WsRouteGroup ws =
        WsRouteGroup.builder()
            .route("/returns", scope -> {})
            .route(
                "/slow",
                scope -> {
                  WsGateway gateway = scope.service(WsGateway.class);
                  gateway.subscribe(scope.connection(), "flood");
                  while (scope.connection().isOpen()) {
                    gateway.publish("flood", WsMessage.binary(new byte[60_000]));
                  }
                  tooSlow.complete(scope.connection().closed());
                })
            .route("/waits", scope -> scope.connection().inbound().receive(), strict)
            .route("/reads", scope -> scope.connection().inbound().forEach(WsMessage::text))
            .route(
                "/decodes",
                scope -> scope.connection().inbound().forEach(m -> m.decode(Anything.class)))
            .route(
                "/throws",
                scope -> {
                  throw new IOException("for the test");
                })
            .build();
    try (RunningServer server = start(Application.starting().compile(), ws)) {
      int port = server.port();
      return switch (expected) {
        case 1000 -> ReadmeClient.connect(port, "/returns").hearsClose();
        case 1001 -> {
          ReadmeClient client = ReadmeClient.connect(port, "/waits");
          server.close();
          yield client.hearsClose();
        }
        case 1002 -> {
          try (RawSocket raw = new RawSocket(port, upgrade("/waits"))) {
            raw.sends(new byte[] {(byte) 0x81, 0x01, 'x'}); // not masked
            assertThat(raw.in.readUnsignedByte()).isEqualTo(0x88);
            raw.in.readUnsignedByte();
            yield raw.in.readUnsignedShort();
          }
        }
        case 1003 -> ReadmeClient.connect(port, "/reads").says(new byte[1]).hearsClose();
        case 1007 -> ReadmeClient.connect(port, "/decodes").says("no JSON").hearsClose();
        case 1008 -> {
          ReadmeClient client = ReadmeClient.connect(port, "/waits");
          yield client.saysPart("one").says("two").hearsClose();
        }
        case 1009 -> ReadmeClient.connect(port, "/waits").says("x".repeat(1_001)).hearsClose();
        case 1011 -> {
          Logger log = Logger.getLogger("dev.phalanx.hermes.WsConnection");
          log.setLevel(Level.OFF); // the error in it is meant
          try {
            yield ReadmeClient.connect(port, "/throws").hearsClose();
          } finally {
            log.setLevel(null);
          }
        }
        case 1013 -> {
          try (RawSocket raw = new RawSocket(port, upgrade("/slow"))) {
            tooSlow.get(PATIENCE, TimeUnit.SECONDS); // before, it reads nothing
            while (raw.in.readUnsignedByte() == 0x82) {
              assertThat(raw.in.readUnsignedByte()).isEqualTo(126); // the length is in two bytes
              raw.in.skipNBytes(raw.in.readUnsignedShort());
            }
            raw.in.readUnsignedByte();
            yield raw.in.readUnsignedShort();
          }
        }
        default ->
            throw new AssertionError("no scenario for this code: add one to ReadmeTest.closeCode");
      };
    }
  }

  @TestFactory
  Stream<DynamicTest> everyStatusOfTheHandshakeComesForItsReason() {
    return each(
        "Statuses of the handshake",
        row -> {
          WsRouteGroup ws = WsRouteGroup.builder().route("/ws", scope -> {}).build();
          try (RunningServer server = start(Application.starting().compile(), ws);
              RawSocket raw = new RawSocket(server.port(), handshake(row.cells().get(1)))) {
            assertThat(raw.head).startsWith("HTTP/1.1 " + row.name() + " ");
            Matcher header = Pattern.compile("; with `([^`]+)`").matcher(row.cells().get(1));
            if (header.find()) {
              assertThat(raw.head).containsIgnoringCase(header.group(1));
            }
          }
        });
  }

  /** The request that a row of the table is about. */
  private static String handshake(String when) {
    String good = upgrade("/ws");
    return switch (when) {
      case "accepted" -> good;
      case "`Connection: Upgrade` is missing" -> without(good, "Connection");
      case "`Host` is missing, or there twice" -> without(good, "Host");
      case "the request has a body" -> with(good, "Content-Length: 1") + "x";
      case "`Sec-WebSocket-Key` is missing, there twice, or not 16 bytes in Base64" ->
          with(good, "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==");
      case "`Sec-WebSocket-Protocol` is malformed" -> with(good, "Sec-WebSocket-Protocol: a b");
      case "there are two `Origin` headers" ->
          with(with(good, "Origin: http://localhost"), "Origin: http://localhost");
      case "path or query is not percent-encoded UTF-8" -> good.replace("/ws ", "/ws?a=%zz ");
      case "a foreign `Origin`" -> with(good, "Origin: https://elsewhere.example");
      case "no such path" -> upgrade("/nowhere");
      case "a method other than GET; with `Allow: GET`" -> good.replace("GET", "POST");
      case "no `Upgrade: websocket`, on a path that has only a WebSocket; with `Upgrade: websocket`" ->
          without(good, "Upgrade");
      case "`Sec-WebSocket-Version` is not 13; with `Sec-WebSocket-Version: 13`" ->
          good.replace("Version: 13", "Version: 8");
      default ->
          throw new AssertionError("no request for this row: add one to ReadmeTest.handshake");
    };
  }

  private static String upgrade(String path) {
    return String.join(
        "\r\n",
        "GET " + path + " HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "");
  }

  private static String without(String request, String header) {
    return request.replaceFirst("(?m)^" + header + ": .*\r\n", "");
  }

  private static String with(String request, String header) {
    return request.replaceFirst("\r\n", "\r\n" + header + "\r\n");
  }

  // ---- the defaults ----

  @Test
  void theTableOfDefaultsHasEverySettingAndItsValue() throws Exception {
    List<String> real = new ArrayList<>();
    real.addAll(settings(WsConfig.defaults()));
    real.addAll(settings(HttpServerConfig.defaults()));
    Duration shutdown = Runner.from(Application.starting().compile()).shutdownTimeout();
    real.add("Runner.shutdownTimeout = " + shutdown);
    real.addAll(settings(GatewayConfig.defaults()));

    assertThat(readme.rows("Defaults"))
        .extracting(row -> row.name() + " = " + value(row))
        .as("the tables of defaults, README.md:%d on", readme.rows("Defaults").getFirst().line())
        .containsExactlyElementsOf(real);
  }

  private static List<String> settings(Record config) throws ReflectiveOperationException {
    List<String> settings = new ArrayList<>();
    for (RecordComponent setting : config.getClass().getRecordComponents()) {
      settings.add(setting.getName() + " = " + setting.getAccessor().invoke(config));
    }
    return settings;
  }

  /** What a cell such as "64 KiB" means. */
  private static Object value(Readme.Row row) {
    String cell = row.cells().get(1);
    Matcher number = Pattern.compile("([0-9,]+)( KiB| MiB| s)?").matcher(cell);
    if (number.matches()) {
      int count = Integer.parseInt(number.group(1).replace(",", ""));
      return switch (number.group(2)) {
        case " KiB" -> count << 10;
        case " MiB" -> count << 20;
        case " s" -> Duration.ofSeconds(count);
        case null, default -> count;
      };
    }
    return switch (cell) {
      case "none" -> List.of();
      case "off" -> "null";
      case "same origin" -> Origins.same();
      case "a quarter of the heap, at least 64 MiB" ->
          Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4);
      case "a quarter of the heap" -> Runtime.getRuntime().maxMemory() / 4;
      case "one a processor" -> Runtime.getRuntime().availableProcessors();
      case "no; `Runner.run` sets it" -> false;
      default ->
          throw new AssertionError("README.md:" + row.line() + ": what is \"" + cell + "\"?");
    };
  }

  // ---- modules and links ----

  @Test
  void theTableOfModulesHasEveryPublishedOne() throws IOException {
    Pattern artifact = Pattern.compile("</parent>.*?<artifactId>([^<]+)<", Pattern.DOTALL);
    List<String> published = new ArrayList<>();
    Matcher module = Pattern.compile("<module>([^<]+)</module>").matcher(pom(""));
    while (module.find()) {
      Path descriptor = PROJECT.resolve(module.group(1)).resolve("src/main/java/module-info.java");
      Matcher name = artifact.matcher(pom(module.group(1)));
      if (Files.exists(descriptor) && name.find()) {
        Matcher declared =
            Pattern.compile("module (\\S+) \\{").matcher(Files.readString(descriptor));
        assertThat(declared.find()).isTrue();
        published.add(
            "`%s` `%s` `%s`".formatted(module.group(1), name.group(1), declared.group(1)));
      }
    }
    assertThat(readme.rows("Modules"))
        .extracting(row -> String.join(" ", row.cells().subList(0, 3)))
        .containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void theVersionIsThePoms() throws IOException {
    Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(pom(""));
    assertThat(version.find()).isTrue();

    Matcher said =
        Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(readme.file()));
    assertThat(said.results().map(found -> found.group(1)))
        .isNotEmpty()
        .containsOnly(version.group(1));
  }

  private static String pom(String module) throws IOException {
    return Files.readString(PROJECT.resolve(module).resolve("pom.xml"));
  }

  @Test
  void everyRelativeLinkOfEveryMarkdownFileLeadsSomewhere() throws IOException {
    Map<String, Readme> all = Readme.allIn(PROJECT);
    List<String> broken = new ArrayList<>();
    all.forEach((name, file) -> {
      for (Readme.Link link : file.links()) {
        if (!link.target().matches("[a-z]+:.*") && !leadsSomewhere(file, link.target())) {
          broken.add(name + ":" + link.line() + ": " + link.target());
        }
      }
    });

    assertThat(all).containsKeys("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md");
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Readme from, String link) {
    String[] parts = link.split("#", 2);
    Path target =
        parts[0].isEmpty() ? from.file() : from.file().resolveSibling(parts[0]).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    try {
      return parts.length == 1 || Readme.read(target).anchors().contains(parts[1]);
    } catch (IOException e) {
      return false; // an anchor in what is no text
    }
  }

  // ---- tools ----

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  @FunctionalInterface
  private interface Talk<T> {
    void with(T other) throws Exception;
  }

  /** A test for each row of the tables under a heading. */
  private static Stream<DynamicTest> each(String heading, Talk<Readme.Row> test) {
    return readme.rows(heading).stream()
        .map(row -> test(row.line(), row.name() + " " + row.cells().get(1), () -> test.with(row)));
  }

  /** Its failure names the line, which not every report of dynamic tests does. */
  private static DynamicTest test(int line, String name, Step body) {
    String where = "README.md:" + line + " " + name;
    return dynamicTest(
        where,
        () -> {
          try {
            body.run();
          } catch (Exception | AssertionError e) {
            throw new AssertionError(where + ": " + e.getMessage(), e);
          }
        });
  }

  /** The first block of statements under a heading. */
  private static Readme.Block blockOf(String heading) {
    return IntStream.range(0, 9)
        .mapToObj(n -> readme.block(heading, n))
        .filter(block -> !ReadmeCode.isTypes(block))
        .findFirst()
        .orElseThrow();
  }

  private static RunningServer start(Application app, WsRouteGroup ws) throws IOException {
    RouteGroup http = RouteGroup.builder().get("/http", scope -> Response.text("")).build();
    return Runner.from(app).withRoutes(http).withWebsockets(ws).start(LOCALHOST, 0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOCALHOST, port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static HttpResponse<String> get(int port, String path, String... headers)
      throws Exception {
    return send(port, path, HttpRequest.newBuilder().GET(), headers);
  }

  private static HttpResponse<String> post(int port, String path, String body) throws Exception {
    return send(
        port, path, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(
      int port, String path, HttpRequest.Builder request, String... headers) throws Exception {
    URI uri = URI.create("http://" + LOCALHOST + ":" + port + path);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HTTP.send(
        request.uri(uri).timeout(Duration.ofSeconds(PATIENCE)).build(), BodyHandlers.ofString());
  }

  /** The status that an upgrade is refused with. */
  private static int upgradeStatus(int port, String path) {
    AtomicInteger status = new AtomicInteger();
    assertThatThrownBy(() -> ReadmeClient.connect(port, path))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refused -> status.set(refused.getResponse().statusCode()));
    return status.get();
  }

  /** A connection on which a request was sent as it is, and the head of the answer was read. */
  private static final class RawSocket implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final String head;

    private RawSocket(int port, String request) throws IOException {
      socket = new Socket(LOCALHOST, port);
      socket.setSoTimeout(PATIENCE * 1_000);
      in = new DataInputStream(socket.getInputStream());
      sends(request.getBytes(UTF_8));
      StringBuilder read = new StringBuilder();
      while (read.indexOf("\r\n\r\n") < 0) {
        read.append(new String(new byte[] {in.readByte()}, ISO_8859_1));
      }
      head = read.toString();
    }

    private void sends(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
