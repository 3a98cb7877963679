package dev.phalanx.hermes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.http.Headers;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Handshake;
import dev.phalanx.rfc6455.Limits;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.transport.memory.MemoryLane;
import dev.phalanx.transport.memory.MemoryPeer;
import dev.phalanx.transport.memory.VirtualClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A client's connection on the in-memory wire; the test is the server. */
class ClientSessionTest {
  private final VirtualClock clock = new VirtualClock();
  private final MemoryLane lane = new MemoryLane(clock);
  private final CancellationToken token = CancellationToken.create();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final Protocol server = new Protocol(Side.SERVER, new Limits(1 << 26, 1 << 26, 1 << 20));
  private final Deque<Event> heard = new ArrayDeque<>();
  private ClientSession session;
  private MemoryPeer peer;

  @BeforeEach
  void connect() {
    connect(WsConfig.defaults());
  }

  private void connect(WsConfig config) {
    ClientHandshake handshake = ClientHandshake.of(config);
    String key = handshake.request(Headers.empty()).first("Sec-WebSocket-Key");
    Headers answer =
        Headers.of(
            "Upgrade", "websocket",
            "Connection", "Upgrade",
            "Sec-WebSocket-Accept", Handshake.accept(key));
    ClientHandshake.Agreed agreed = (ClientHandshake.Agreed) handshake.judge(101, answer);
    session = agreed.session(token, clock);
    peer = MemoryPeer.connect(lane, wire -> session.open(wire, gone::countDown));
  }

  @AfterEach
  void hang_up() {
    peer.close();
    lane.close();
  }

  private Event hears() {
    await()
        .until(() -> {
          ByteBuffer bytes = ByteBuffer.wrap(peer.receive());
          Event event;
          while ((event = server.receive(bytes)) != null) {
            heard.add(event);
          }
          return !heard.isEmpty();
        });
    return heard.remove();
  }

  private void says(EncodedFrame frame) {
    peer.send(Conversation.bytesOf(frame));
  }

  @Test
  void messages_go_both_ways() throws Exception {
    assertThat(session.connection().sendText("hello")).isTrue();
    assertThat(((Event.Text) hears()).utf8()).isEqualTo("hello".getBytes(UTF_8));
    says(EncodedFrame.text(Side.SERVER, "hi"));
    assertThat(session.connection().inbound().iterator().next().text()).isEqualTo("hi");
  }

  /** RFC 6455, sections 5.1 and 5.3: every frame is masked, each with a key of its own. */
  @Test
  void every_frame_is_masked_with_a_key_of_its_own() {
    Set<Integer> keys = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      session.connection().sendText("same");
      lane.run(() -> {}); // after the turn that writes it
      byte[] bytes = peer.receive();
      assertThat(bytes).hasSize(10);
      assertThat(bytes[1] & 0x80).isEqualTo(0x80);
      keys.add(ByteBuffer.wrap(bytes).getInt(2));
    }
    assertThat(keys).hasSize(500);
  }

  @Test
  void a_server_that_takes_a_large_upload_slowly_is_alive_and_one_that_takes_nothing_is_lost() {
    peer.readOnly(0);
    assertThat(session.connection().sendText("x".repeat(1 << 20))).isTrue();
    await().until(() -> session.connection().link().outbound().isInsideFrame());
    for (int i = 0; i < 40; i++) {
      clock.advance(Duration.ofSeconds(9));
      peer.readOnly(1_000);
    }
    assertThat(session.connection().isOpen()).isTrue();
    clock.advance(Duration.ofSeconds(39));
    assertThat(session.connection().isOpen()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(session.connection().closed().reason()).contains("pongTimeout (10000 ms)");
  }

  @Test
  void a_ping_every_pingInterval_measures_the_round_trip_on_a_busy_connection() {
    for (int i = 0; i < 29; i++) {
      clock.advance(Duration.ofSeconds(1));
      says(EncodedFrame.text(Side.SERVER, "busy"));
    }
    assertThat(session.roundTrip()).isNull();
    clock.advance(Duration.ofSeconds(1));
    Event.Ping ping = (Event.Ping) hears();
    clock.advance(Duration.ofMillis(70));
    says(EncodedFrame.pong(Side.SERVER, ping.payload()));

    assertThat(session.roundTrip()).isEqualTo(Duration.ofMillis(70));
  }

  @Test
  void a_pong_that_was_not_asked_for_measures_nothing() {
    session.ping();
    assertThat(hears()).isInstanceOf(Event.Ping.class);
    says(EncodedFrame.pong(Side.SERVER, new byte[8]));
    assertThat(session.roundTrip()).isNull();
  }

  @Test
  void a_server_that_is_silent_is_lost_after_pongTimeout() {
    clock.advance(Duration.ofSeconds(30));
    assertThat(hears()).isInstanceOf(Event.Ping.class);
    clock.advance(Duration.ofSeconds(10));

    assertThat(session.connection().closed().code()).isEqualTo(WsCloseCode.ABNORMAL_CLOSURE);
    await().until(() -> gone.getCount() == 0);
  }

  @Test
  void what_the_peer_did_not_take_is_told_apart() {
    peer.readOnly(3);
    WsConnection connection = session.connection();
    byte[] large = new byte[60_000];
    connection.sendBinary(large);
    lane.run(() -> {});
    connection.sendText("one");
    connection.ping();
    connection.sendText("two");
    peer.reset();

    assertThat(session.unsent().inDoubt()).containsExactly(WsMessage.binary(large));
    assertThat(session.unsent().waiting())
        .extracting(WsMessage::text)
        .containsExactly("one", "two");
    assertThat(connection.sendText("late")).isFalse();
    assertThat(session.unsent().waiting()).hasSize(2);
  }

  @Test
  void what_the_peer_took_is_forgotten() {
    session.connection().sendText("taken");
    assertThat(hears()).isInstanceOf(Event.Text.class);
    lane.run(() -> {});

    assertThat(session.unsent()).isEqualTo(new Unsent(List.of(), List.of()));
  }

  @Test
  void a_close_of_ours_is_answered_and_the_server_closes_the_wire() {
    session.connection().close(WsCloseCode.NORMAL, "bye");
    assertThat(hears()).isEqualTo(new Event.Close(1000, "bye"));
    says(EncodedFrame.close(Side.SERVER, 1000, "bye"));
    assertThat(peer.isClosed()).as("section 7.1.1: the server closes first").isFalse();
    peer.close();
    await().until(() -> gone.getCount() == 0);
    await().until(token::isCancelled);
    assertThat(session.connection().closed())
        .isEqualTo(new WsClosed(WsCloseCode.NORMAL, "bye", WsClosed.By.US));
  }

  /** Else it would wait for {@code closeTimeout}: the server's end came before our Close. */
  @Test
  void a_server_that_ends_its_side_with_its_close_is_not_waited_for() {
    says(EncodedFrame.text(Side.SERVER, "last words"));
    says(EncodedFrame.close(Side.SERVER, 1000, "bye"));
    peer.endOutput();
    assertThat(peer.isClosed()).as("our Close is still to come").isFalse();

    session.connection().inbound().forEach(message -> {});

    assertThat(hears()).isEqualTo(new Event.Close(1000, "bye"));
    await().until(peer::isClosed); // though the clock stands still
  }

  @Test
  @DisplayName(
      "CVE-2024-23672 (Tomcat): a Close that was never answered was waited for without end")
  void a_server_that_never_answers_our_close_is_cut_off_after_closeTimeout() {
    session.connection().close();
    assertThat(hears()).isInstanceOf(Event.Close.class);
    clock.advance(Duration.ofSeconds(5));
    await().until(peer::isClosed);
  }

  @Test
  void how_long_nothing_was_said_is_known() {
    clock.advance(Duration.ofSeconds(3));
    assertThat(session.idle()).isEqualTo(Duration.ofSeconds(3));
    says(EncodedFrame.text(Side.SERVER, "x"));
    assertThat(session.idle()).isZero();
    clock.advance(Duration.ofSeconds(1));
    says(EncodedFrame.ping(Side.SERVER, new byte[0]));
    assertThat(session.idle()).as("a Ping says nothing").isEqualTo(Duration.ofSeconds(1));
    session.connection().sendText("y");
    assertThat(session.idle()).isZero();
  }

  /** Senders, and a wire that breaks: each message is taken, refused, waiting or in doubt. */
  @Test
  void no_message_is_lost_without_a_word_when_the_wire_breaks_among_senders() throws Exception {
    int senders = 8;
    int each = 200;
    AtomicInteger accepted = new AtomicInteger();
    Thread[] threads = new Thread[senders];
    peer.readOnly(20_000);
    for (int s = 0; s < senders; s++) {
      int own = s;
      threads[s] =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < each; i++) {
                  if (session.connection().sendText("%03d from %d".formatted(i, own))) {
                    accepted.incrementAndGet();
                  }
                }
              });
    }
    await().until(() -> accepted.get() > 100);
    peer.reset();
    for (Thread thread : threads) {
      thread.join();
    }
    int taken = 0;
    ByteBuffer bytes = ByteBuffer.wrap(peer.receive());
    while (server.receive(bytes) instanceof Event.Text) {
      taken++;
    }
    Unsent unsent = session.unsent();
    int told = unsent.waiting().size() + unsent.inDoubt().size();
    // what was taken may be in doubt all the same, but nothing is in neither
    assertThat(taken + told).isGreaterThanOrEqualTo(accepted.get());
    assertThat(unsent.waiting()).doesNotHaveDuplicates();
    assertThat(taken + unsent.waiting().size()).isLessThanOrEqualTo(accepted.get());
  }
}
