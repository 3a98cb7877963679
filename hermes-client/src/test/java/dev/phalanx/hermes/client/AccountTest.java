package dev.phalanx.hermes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.hermes.DeliveryConfig;
import dev.phalanx.hermes.Unsent;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsMessage;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Each message that a client accepted has reached the server, or is told of: none in silence. */
class AccountTest {
  private static final ReconnectPolicy AT_ONCE =
      ReconnectPolicy.defaults().withAttempts(1_000).withDelays(Duration.ZERO, Duration.ZERO);

  private final Collection<String> inDoubt = new ConcurrentLinkedQueue<>();
  private final Collection<String> notSent = new ConcurrentLinkedQueue<>();
  private final AtomicLong forgotten = new AtomicLong();

  private final WsClientConfig config =
      WsClientConfig.defaults()
          .withReconnect(AT_ONCE)
          .withListener(
              new WsClientListener() {
                @Override
                public void onDropped(WsMessage message, Drop why) {
                  (why == Drop.IN_DOUBT ? inDoubt : notSent).add(message.text());
                }

                @Override
                public void onForgotten(long messages) {
                  forgotten.addAndGet(messages);
                }
              });

  private static List<String> texts(List<WsMessage> messages) {
    return messages.stream().map(WsMessage::text).toList();
  }

  /** Accepted, with the operating system, and gone with the connection's reset. */
  @Test
  void what_the_operating_system_took_and_a_reset_lost_is_in_doubt() throws Exception {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    Collection<String> arrived = new ConcurrentLinkedQueue<>();
    AtomicInteger connections = new AtomicInteger();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          if (connections.incrementAndGet() == 1) {
            cut.join();
            InputStream unread = socket.getInputStream(); // what the operating system has taken
            await().until(() -> unread.available() > 0);
            open.willReset();
            return;
          }
          String text;
          while ((text = open.hearsText()) != null) {
            arrived.add(text);
          }
        })) {
      WsClientConnection connection = WsClient.connect(server.ws("/"), config);
      List<String> accepted = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        assertThat(connection.sendText("message " + i)).isTrue();
        accepted.add("message " + i);
      }
      cut.complete(null);

      await().until(() -> inDoubt.size() + arrived.size() == 200);
      assertThat(inDoubt).isNotEmpty();
      List<String> all = new ArrayList<>(inDoubt);
      all.addAll(arrived);
      assertThat(all).containsExactlyInAnyOrderElementsOf(accepted);
      assertThat(notSent).isEmpty();
      connection.cutOff();
    }
  }

  @Test
  void what_a_pong_confirmed_is_not_in_doubt() throws Exception {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    AtomicInteger connections = new AtomicInteger();
    AtomicInteger arrived = new AtomicInteger();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          int number = connections.incrementAndGet();
          while (open.hearsText() != null) {
            arrived.incrementAndGet();
            if (number == 1 && arrived.get() == 11) {
              open.willReset();
              return;
            }
          }
        })) {
      DeliveryConfig soon = DeliveryConfig.defaults().withConfirmAfter(Duration.ofMillis(1));
      AtomicBoolean ponged = new AtomicBoolean();
      WsClientConnection connection = WsClient.connect(server.ws("/"), config.withDelivery(soon));
      connection.onPong(pong -> ponged.set(arrived.get() == 10));
      for (int i = 0; i < 10; i++) {
        connection.sendText("confirmed " + i);
      }
      await()
          .until(() -> {
            connection.ping(); // so that a Pong comes after the tenth was heard
            return ponged.get();
          });
      connection.sendText("the last straw");
      cut.complete(null);

      await().until(() -> connections.get() == 2);
      assertThat(inDoubt).doesNotContain("confirmed 0", "confirmed 9");
      connection.cutOff();
    }
  }

  @Test
  void when_it_is_over_what_is_in_doubt_is_told_apart_from_what_was_not_sent() throws Exception {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          cut.join();
          open.willReset();
        })) {
      DeliveryConfig few = DeliveryConfig.defaults().withMaxMessages(2);
      WsClientConnection connection =
          WsClient.connect(
              server.ws("/"),
              WsClientConfig.defaults()
                  .withDelivery(few)
                  .withWs(ws -> ws.withOutboundBytes(64 << 20).withSendHighWater(64 << 20)));
      for (int i = 0; i < 300; i++) { // 30 MB: more than the system's buffers take
        assertThat(connection.sendText(String.format("%05d", i).repeat(20_000))).isTrue();
      }
      cut.complete(null);
      await().until(() -> connection.state() == WsClientState.CLOSED);

      Unsent unsent = connection.unsent();
      assertThat(unsent.inDoubt()).hasSize(2);
      assertThat(unsent.waiting()).isNotEmpty();
      assertThat(unsent.forgotten() + unsent.inDoubt().size() + unsent.waiting().size())
          .isEqualTo(300);
      int next = Integer.parseInt(texts(unsent.waiting()).getFirst().substring(0, 5));
      assertThat(texts(unsent.inDoubt()).getLast()).startsWith("%05d".formatted(next - 1));
    }
  }

  @Test
  void after_a_clean_close_nothing_is_in_doubt() throws Exception {
    try (Serving server =
        Serving.at("/", scope -> scope.connection().inbound().forEach(message -> {}))) {
      WsClientConnection connection = WsClient.connect(server.ws("/"));
      for (int i = 0; i < 100; i++) {
        connection.sendText("message " + i);
      }
      connection.close();

      assertThat(connection.closed().code()).isEqualTo(WsCloseCode.NORMAL);
      assertThat(connection.unsent().isEmpty()).isTrue();
    }
  }

  /** Servers that read some, and reset: over many connections, each message has one fate. */
  @RepeatedTest(5)
  void over_many_losses_each_message_arrives_or_is_told_of() throws Exception {
    Collection<String> arrived = new ConcurrentLinkedQueue<>();
    AtomicBoolean calm = new AtomicBoolean();
    AtomicInteger losses = new AtomicInteger();
    Random random = new Random(7);
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          FrameServer open = FrameServer.open(socket, head);
          int enough = random.nextInt(60);
          String text;
          for (int i = 0; calm.get() || i < enough; i++) {
            if ((text = open.hearsText()) == null) {
              return;
            }
            arrived.add(text);
          }
          losses.incrementAndGet();
          open.willReset();
        })) {
      WsClientConnection connection =
          WsClient.connect(
              server.ws("/"), config.withDelivery(DeliveryConfig.defaults().withMaxMessages(16)));
      Set<String> accepted = new HashSet<>();
      for (int i = 0; losses.get() < 20; i++) {
        if (connection.sendText("message " + i)) {
          accepted.add("message " + i);
        }
      }
      calm.set(true);
      await()
          .until(() -> {
            accepted.add("end");
            connection.sendText("end");
            return arrived.contains("end");
          });
      connection.close();
      await().until(() -> connection.closed() != null);

      List<String> once = arrived.stream().filter(text -> !text.equals("end")).toList();
      assertThat(once).as("nothing is sent twice").doesNotHaveDuplicates();
      Set<String> told = new HashSet<>(once);
      told.addAll(inDoubt);
      told.addAll(notSent);
      told.addAll(texts(connection.unsent().waiting()));
      told.addAll(texts(connection.unsent().inDoubt()));
      Set<String> silent = new HashSet<>(accepted);
      silent.remove("end");
      silent.removeAll(told);
      assertThat(silent)
          .as("not told of but by number")
          .hasSizeLessThanOrEqualTo((int) (forgotten.get() + connection.unsent().forgotten()));
    }
  }
}
