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
    connect(config, DeliveryConfig.defaults());
  }

  private void connect(WsConfig config, DeliveryConfig delivery) {
    ClientHandshake handshake = ClientHandshake.of(config);
    String key = handshake.request(Headers.empty()).first("Sec-WebSocket-Key");
    Headers answer =
        Headers.of(
            "Upgrade", "websocket",
            "Connection", "Upgrade",
            "Sec-WebSocket-Accept", Handshake.accept(key));
    ClientHandshake.Agreed agreed = (ClientHandshake.Agreed) handshake.judge(101, answer);
    session = agreed.session(token, clock, delivery);
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
  void a_message_that_is_cut_off_was_not_sent() {
    byte[] huge = new byte[1 << 20]; // more than is handed to the wire at once
    peer.readOnly(100_000);
    session.connection().sendBinary(huge);
    lane.run(() -> {});
    peer.reset();

    assertThat(session.unsent().inDoubt()).isEmpty();
    assertThat(session.unsent().waiting()).containsExactly(WsMessage.binary(huge));
  }

  @Test
  void what_the_peer_took_is_in_doubt_until_a_pong_confirms_it() {
    session.connection().sendText("taken");
    assertThat(hears()).isInstanceOf(Event.Text.class);
    assertThat(session.unsent().inDoubt()).containsExactly(WsMessage.text("taken"));
    clock.advance(Duration.ofSeconds(1));
    Event.Ping ping = (Event.Ping) hears();
    session.connection().sendText("after the Ping");
    assertThat(hears()).isInstanceOf(Event.Text.class);
    says(EncodedFrame.pong(Side.SERVER, ping.payload()));

    assertThat(session.unsent().inDoubt()).containsExactly(WsMessage.text("after the Ping"));
    clock.advance(Duration.ofSeconds(1));
    says(EncodedFrame.pong(Side.SERVER, ((Event.Ping) hears()).payload()));
    assertThat(session.unsent().isEmpty()).isTrue();
  }

  @Test
  void a_pong_confirms_nothing_that_was_written_behind_its_ping_or_answers_no_ping_of_ours() {
    session.ping();
    byte[] early = ((Event.Ping) hears()).payload();
    session.connection().sendText("one");
    assertThat(hears()).isInstanceOf(Event.Text.class);
    says(EncodedFrame.pong(Side.SERVER, early));
    byte[] forged = ByteBuffer.allocate(16).putLong(1).putLong(1).array();
    says(EncodedFrame.pong(Side.SERVER, forged));
    says(EncodedFrame.pong(Side.SERVER, new byte[16]));

    assertThat(session.unsent().inDoubt()).containsExactly(WsMessage.text("one"));
  }

  /** A bound on memory: the rest is counted, and confirmed all the same. */
  @Test
  void beyond_the_bound_messages_in_doubt_are_counted() {
    connect(WsConfig.defaults(), DeliveryConfig.defaults().withMaxMessages(4));
    for (String text : List.of("1", "2", "3", "4", "5", "6")) {
      session.connection().sendText(text);
    }
    for (String text : List.of("1", "2", "3")) {
      assertThat(((Event.Text) hears()).utf8()).isEqualTo(text.getBytes(UTF_8));
    }
    Event.Ping afterThree = (Event.Ping) hears(); // more than half of the bound
    for (String text : List.of("4", "5", "6")) {
      assertThat(((Event.Text) hears()).utf8()).isEqualTo(text.getBytes(UTF_8));
    }
    Event.Ping afterSix = (Event.Ping) hears();
    assertThat(session.unsent().forgotten()).isEqualTo(2);
    assertThat(session.unsent().inDoubt())
        .extracting(WsMessage::text)
        .containsExactly("3", "4", "5", "6");
    says(EncodedFrame.pong(Side.SERVER, afterThree.payload()));
    assertThat(session.unsent().forgotten()).isZero();
    assertThat(session.unsent().inDoubt())
        .extracting(WsMessage::text)
        .containsExactly("4", "5", "6");
    says(EncodedFrame.pong(Side.SERVER, afterSix.payload()));
    assertThat(session.unsent().isEmpty()).isTrue();
  }

  @Test
  void the_bytes_in_doubt_are_bounded_too_but_for_one_message() {
    connect(WsConfig.defaults(), DeliveryConfig.defaults().withMaxBytes(1_000));
    byte[] large = new byte[5_000];
    session.connection().sendText("small");
    session.connection().sendBinary(large);
    assertThat(hears()).isInstanceOf(Event.Text.class);
    assertThat(hears()).isInstanceOf(Event.Binary.class);
    assertThat(hears()).isInstanceOf(Event.Ping.class);

    assertThat(session.unsent().inDoubt()).containsExactly(WsMessage.binary(large));
    assertThat(session.unsent().forgotten()).isEqualTo(1);
  }

  @Test
  void before_our_close_a_ping_asks_what_has_arrived() {
    session.connection().sendText("last");
    session.connection().close(WsCloseCode.NORMAL, "bye");
    assertThat(hears()).isInstanceOf(Event.Text.class);
    Event.Ping ping = (Event.Ping) hears();
    assertThat(hears()).isEqualTo(new Event.Close(1000, "bye"));
    says(EncodedFrame.pong(Side.SERVER, ping.payload()));
    says(EncodedFrame.close(Side.SERVER, 1000, "bye"));
    peer.close();
    await().until(() -> gone.getCount() == 0);

    assertThat(session.unsent().isEmpty()).isTrue();
  }

  /** Both close at once: this Close answers nothing, so nobody knows whether it was received. */
  @Test
  void a_close_confirms_nothing() {
    session.connection().sendText("last");
    assertThat(hears()).isInstanceOf(Event.Text.class);
    session.connection().close(WsCloseCode.NORMAL, "bye");
    says(EncodedFrame.close(Side.SERVER, 1000, "bye"));
    peer.close();
    await().until(() -> gone.getCount() == 0);

    assertThat(session.unsent().inDoubt()).containsExactly(WsMessage.text("last"));
  }

  @Test
  void a_greeting_is_never_in_doubt() {
    assertThat(session.greet(List.of(WsMessage.text("it is I"), WsMessage.ping()))).isTrue();
    session.connection().sendText("hello");
    assertThat(((Event.Text) hears()).utf8()).isEqualTo("it is I".getBytes(UTF_8));
    assertThat(hears()).isInstanceOf(Event.Ping.class);
    assertThat(((Event.Text) hears()).utf8()).isEqualTo("hello".getBytes(UTF_8));
    peer.reset();
    await().until(() -> gone.getCount() == 0);

    assertThat(session.unsent().inDoubt()).containsExactly(WsMessage.text("hello"));
    assertThat(session.greet(List.of(WsMessage.text("again")))).isFalse();
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
    for (Event event = server.receive(bytes); event != null; event = server.receive(bytes)) {
      taken += event instanceof Event.Text ? 1 : 0; // between them are Pings, which ask
    }
    Unsent unsent = session.unsent();
    long told = unsent.waiting().size() + unsent.inDoubt().size() + unsent.forgotten();
    // what was taken may be in doubt all the same, but nothing is in neither
    assertThat(taken + told).isGreaterThanOrEqualTo(accepted.get());
    assertThat(unsent.waiting()).doesNotHaveDuplicates();
    assertThat(taken + unsent.waiting().size()).isLessThanOrEqualTo(accepted.get());
  }
}
