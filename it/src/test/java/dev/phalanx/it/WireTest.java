package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Response;
import dev.phalanx.http.Upgrade;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.transport.HttpServer;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a {@link Wire} promises, on real sockets: as the socket that it is where nothing lies
 * between, and as the channel that it stays where there is TLS.
 */
class WireTest {
  private static final String UPGRADE =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: tape\r\nConnection: upgrade\r\n\r\n";

  @TempDir private static Path folder;
  private static TestKeys keys;

  private final BlockingQueue<Tape> opened = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void keys_are_made() throws Exception {
    keys = TestKeys.make(folder, "server", "CN=localhost");
  }

  @AfterEach
  void all_is_closed() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_is_said_before_the_handshake_is_written_follows_it(boolean tls) throws Exception {
    Caller caller =
        calls(
            tls,
            tape ->
                tape.wire
                    .lane()
                    .execute(() -> {
                      tape.writes("first ");
                      tape.writes("second");
                      tape.wire.flush();
                    }));
    assertThat(caller.hears(12)).isEqualTo("first second");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_comes_with_the_request_is_the_wires(boolean tls) throws Exception {
    Caller caller = new Caller(connected(serving(tls), tls), UPGRADE + "and more");
    Tape tape = opened();
    assertThat(tape.hears()).isEqualTo("and more");
    caller.says(" still");
    assertThat(tape.hears()).isEqualTo(" still");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_paused_wire_reads_nothing_until_it_is_resumed(boolean tls) throws Exception {
    Caller caller = calls(tls, tape -> {});
    Tape tape = opened();
    caller.says("a");
    assertThat(tape.hears()).isEqualTo("a");
    tape.onLane(Wire::pause);
    byte[] much = new byte[16 << 20]; // more than the system's buffers hold
    Arrays.fill(much, (byte) 'm');
    Thread speaker =
        Thread.ofVirtual()
            .start(() -> {
              caller.says(new String(much, ISO_8859_1));
              caller.ends();
            });
    await().until(() -> speaker.getState() == Thread.State.WAITING || !speaker.isAlive());
    assertThat(tape.bytes()).isEqualTo(1);

    tape.onLane(Wire::resume);
    await().until(() -> tape.bytes() == 1 + much.length);
    assertThat(tape.hearsAtLast()).isEqualTo("end");
    speaker.join();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_the_peer_does_not_take_follows_and_the_wire_hears_when(boolean tls) throws Exception {
    Caller caller = calls(tls, tape -> {});
    Tape tape = opened();
    byte[] much = new byte[9 << 20];
    for (int i = 0; i < much.length; i++) {
      much[i] = (byte) (i * 31 / 7);
    }
    tape.onLane(wire -> {
      for (int i = 0; i < much.length; i += 1000) {
        wire.write(much, i, Math.min(1000, much.length - i));
      }
      tape.heard.add(wire.flush() ? "all at once" : "later");
    });
    assertThat(tape.hears()).isEqualTo("later");
    assertThat(caller.hears(much.length)).isEqualTo(new String(much, ISO_8859_1));
    assertThat(tape.hears()).isEqualTo("flushed");

    tape.onLane(wire -> {
      tape.writes("and on");
      tape.heard.add("" + wire.flush());
    });
    assertThat(caller.hears(6)).isEqualTo("and on");
    assertThat(tape.hears()).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_wire_of_which_something_waits_can_be_closed_by_any_thread(boolean tls) throws Exception {
    Caller caller = calls(tls, tape -> {});
    Tape tape = opened();
    tape.onLane(wire -> {
      wire.write(new byte[32 << 20], 0, 32 << 20);
      tape.heard.add("" + wire.flush());
    });
    assertThat(tape.hears()).isEqualTo("false");
    Thread.ofPlatform().start(tape.wire::close).join();
    assertThat(tape.hears()).startsWith("closed");
    tape.onLane(wire -> {
      assertThat(wire.isOpen()).isFalse();
      tape.writes("into the void");
      wire.flush();
      wire.pause();
      wire.resume();
      wire.shutdownOutput();
      wire.close();
    });
    caller.hearsTheEnd();
  }

  @Test
  void a_peer_that_has_ended_its_side_still_hears_and_its_reset_is_heard() throws Exception {
    Caller caller = calls(false, tape -> tape.staysOpen = true);
    Tape tape = opened();
    caller.says("bye");
    caller.ends();
    assertThat(tape.hears()).isEqualTo("bye");
    assertThat(tape.hears()).isEqualTo("end");
    tape.onLane(wire -> {
      tape.writes("still here");
      wire.flush();
    });
    assertThat(caller.hears(10)).isEqualTo("still here");
    caller.resets();
    assertThat(tape.hears()).isEqualTo("closed: the peer has reset the connection");
  }

  @Test
  void both_sides_may_end_in_good_order_before_the_wire_is_closed() throws Exception {
    Caller caller = calls(false, tape -> tape.staysOpen = true);
    Tape tape = opened();
    tape.onLane(Wire::shutdownOutput);
    caller.hearsTheEnd();
    caller.says("last words");
    caller.ends();
    assertThat(tape.hears()).isEqualTo("last words");
    assertThat(tape.hears()).isEqualTo("end");
    tape.wire.close();
    assertThat(tape.hears()).isEqualTo("closed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_end_of_output_waits_for_the_handshake(boolean tls) throws Exception {
    Caller caller = calls(tls, tape -> tape.wire.lane().execute(() -> tape.wire.shutdownOutput()));
    caller.hearsTheEnd();
    caller.says("heard");
    assertThat(opened().hears()).isEqualTo("heard");
  }

  @Test
  void a_reset_of_a_paused_wire_is_heard_when_it_reads_again() throws Exception {
    Caller caller = calls(false, tape -> {});
    Tape tape = opened();
    tape.onLane(Wire::pause);
    caller.says("unread");
    caller.resets();
    tape.onLane(Wire::resume);
    assertThat(tape.hearsAtLast()).startsWith("closed: ").contains("reset by peer");
  }

  @Test
  void a_peer_that_is_gone_while_something_waits_for_it_is_noticed() throws Exception {
    Caller caller = calls(false, tape -> {});
    Tape tape = opened();
    tape.onLane(wire -> {
      wire.pause();
      wire.write(new byte[32 << 20], 0, 32 << 20);
      wire.flush();
    });
    caller.resets();
    assertThat(tape.hears()).startsWith("closed: ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_fault_ends_its_own_wire_alone_and_holds_nobody_up(boolean tls) throws Exception {
    Caller bob = calls(tls, tape -> {});
    Tape fine = opened();
    Caller eve = new Caller(connected((HttpServer) open.getFirst(), tls), UPGRADE);
    Tape faulty = opened();
    faulty.onLane(wire -> faulty.fault = new IllegalStateException("on purpose"));
    eve.says("boom");
    bob.says("fine?");
    assertThat(faulty.hears()).isEqualTo("closed: on purpose");
    assertThat(fine.hears()).isEqualTo("fine?");
    eve.hearsTheEnd();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_server_that_closes_closes_every_wire_whatever_it_waits_for(boolean tls) throws Exception {
    HttpServer server = serving(tls);
    List<Tape> tapes = new ArrayList<>();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(new Caller(connected(server, tls), UPGRADE));
      tapes.add(opened());
    }
    tapes.get(1).onLane(Wire::pause);
    tapes
        .get(2)
        .onLane(wire -> {
          wire.write(new byte[32 << 20], 0, 32 << 20);
          wire.flush();
        });
    server.close();
    for (Tape tape : tapes) {
      assertThat(tape.hears()).startsWith("closed");
      assertThat(tape.heard).isEmpty();
    }
    for (Caller caller : callers) {
      caller.hearsTheEnd();
    }
  }

  // ---- the server ----

  private HttpServer serving(boolean tls) throws Exception {
    return serving(tls, tape -> {});
  }

  private HttpServer serving(boolean tls, Consumer<Tape> first) throws Exception {
    HttpServerConfig config = HttpServerConfig.defaults().withEventLoops(1);
    HttpServer server =
        HttpServer.listen(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            tls ? config.withTls(TlsConfig.pem(keys.chain(), keys.key())) : config,
            exchange ->
                Thread.ofVirtual()
                    .name("taped")
                    .start(() -> {
                      Headers headers =
                          new Headers.Builder()
                              .add("upgrade", "tape")
                              .add("connection", "upgrade")
                              .build();
                      exchange.upgrade(new Response(101, headers, new byte[0]), new Session(first));
                    }));
    open.add(server);
    return server;
  }

  private Tape opened() throws InterruptedException {
    Tape tape = opened.poll(20, TimeUnit.SECONDS);
    assertThat(tape).as("a wire").isNotNull();
    return tape;
  }

  private final class Session implements Upgrade.Session {
    private final Consumer<Tape> first;

    Session(Consumer<Tape> first) {
      this.first = first;
    }

    @Override
    public WireHandler open(Wire wire) {
      Tape tape = new Tape(wire);
      first.accept(tape);
      opened.add(tape);
      return tape;
    }

    @Override
    public void run() {}

    @Override
    public void goAway() {}

    @Override
    public void cutOff() {}
  }

  /** Writes down what its wire hears. */
  private static final class Tape implements WireHandler {
    private final Wire wire;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private volatile int bytes;
    private volatile boolean staysOpen;
    private volatile @Nullable RuntimeException fault;

    Tape(Wire wire) {
      this.wire = wire;
    }

    int bytes() {
      return bytes;
    }

    void writes(String text) {
      byte[] all = text.getBytes(ISO_8859_1);
      wire.write(all, 0, all.length);
    }

    void onLane(Consumer<Wire> action) throws InterruptedException {
      CountDownLatch done = new CountDownLatch(1);
      wire.lane()
          .execute(() -> {
            action.accept(wire);
            done.countDown();
          });
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    String hears() throws InterruptedException {
      return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
    }

    /** Passes over what it reads. */
    String hearsAtLast() throws InterruptedException {
      String each;
      do {
        each = hears();
      } while (!each.equals("end") && !each.startsWith("closed") && !each.equals("null"));
      return each;
    }

    @Override
    public void onRead(ByteBuffer read) {
      if (fault != null) {
        throw fault;
      }
      bytes += read.remaining();
      heard.add(ISO_8859_1.decode(read).toString());
    }

    @Override
    public void onFlushed() {
      heard.add("flushed");
    }

    @Override
    public boolean onInputEnded() {
      heard.add("end");
      return staysOpen;
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      heard.add(cause == null ? "closed" : "closed: " + cause.getMessage());
    }
  }

  // ---- the peer ----

  private Caller calls(boolean tls, Consumer<Tape> first) throws Exception {
    return new Caller(connected(serving(tls, first), tls), UPGRADE);
  }

  private Socket connected(HttpServer server, boolean tls) throws Exception {
    int port = server.address().getPort();
    Socket socket =
        tls
            ? keys.trusted().getSocketFactory().createSocket("localhost", port)
            : new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    open.add(socket);
    return socket;
  }

  private static final class Caller {
    private final Socket socket;

    Caller(Socket socket, String request) throws IOException {
      this.socket = socket;
      says(request);
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append(hears(1));
      }
      assertThat(head).startsWith("HTTP/1.1 101 ");
    }

    void says(String text) {
      try {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    String hears(int length) throws IOException {
      return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    void hearsTheEnd() {
      try {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) { // a reset is an end, too
        assertThat(e).hasMessageContaining("reset");
      }
    }

    void ends() {
      try {
        socket.shutdownOutput();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    void resets() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
