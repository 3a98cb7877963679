package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.styx.Emitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a peer says, as a stream. */
class StreamTest {
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  @Test
  void a_stream_has_the_messages_in_order_and_ends_with_the_connection() throws Exception {
    WsHandler handler =
        scope -> {
          WsConnection connection = scope.connection();
          connection.stream(scope)
              .map(WsMessage::text)
              .filter(text -> !text.isBlank())
              .onComplete(() -> seen.add("end"))
              .forEach(text -> connection.sendText("heard " + text));
          seen.add("after the loop");
        };
    try (Conversation peer = Conversation.with(handler)) {
      peer.says("a");
      peer.says(" ");
      peer.says("b");
      peer.hears("heard a");
      peer.hears("heard b");

      peer.closes(1000, "bye");
      peer.hearsClose(1000, "bye");
      peer.seesTheHandlerEnd();
    }
    assertThat(seen).containsExactly("end", "after the loop");
  }

  @Test
  void who_has_enough_leaves_the_rest_in_inbound() throws Exception {
    WsHandler handler =
        scope -> {
          WsConnection connection = scope.connection();
          WsMessage login = connection.stream(scope).first();
          connection.sendText("welcome " + login.text());
          for (WsMessage message : connection.inbound()) {
            connection.sendText("heard " + message.text());
          }
        };
    try (Conversation peer = Conversation.with(handler)) {
      peer.says("Ada");
      peer.says("a");

      peer.hears("welcome Ada");
      peer.hears("heard a");
    }
  }

  @Test
  void a_stream_that_is_merged_with_ticks_ends_both_when_the_connection_is_lost() throws Exception {
    CompletableFuture<Exception> failure = new CompletableFuture<>();
    WsHandler handler =
        scope -> {
          Emitter<String> ticks =
              Emitter.interval(Duration.ofSeconds(1)).map(tick -> "tick " + tick);
          try {
            scope.connection().stream(scope)
                .map(WsMessage::text)
                .merge(ticks)
                .forEach(scope.connection()::sendText);
          } catch (Exception e) {
            failure.complete(e);
            throw e;
          }
        };
    try (Conversation peer = Conversation.with(handler)) {
      peer.says("a");
      peer.hears("a");
      peer.letTimePassUntil(() -> peer.peer.receive().length > 0);

      peer.peer.close();

      peer.letTimePassUntil(failure::isDone);
      assertThat(failure.get()).isInstanceOf(CancellationException.class);
      peer.seesTheHandlerEnd();
    }
  }
}
