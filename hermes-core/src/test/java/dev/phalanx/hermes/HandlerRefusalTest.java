package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.HttpException;
import java.util.HashSet;
import java.util.Set;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** What a handler finds wrong with the request is the peer's fault. */
class HandlerRefusalTest {
  @Test
  void aRequestThatIsAtFaultClosesWith1008AndIsNoError() throws Exception {
    try (var log = CapturedLog.of(WsConnection.class.getName(), Level.FINE);
        var talk =
            Conversation.with(scope -> {
              throw new HttpException(404, "not a number in the path: {id}");
            })) {
      talk.hearsClose(1008, "not a number in the path: {id}");
      talk.closes(1008, "");
      talk.seesTheHandlerEnd();
      assertThat(log.records())
          .noneMatch(record -> record.getLevel().intValue() > Level.FINE.intValue());
    }
  }

  @Test
  void aStatusOf5xxIsTheServersFaultAndClosesWith1011() throws Exception {
    try (var talk =
        Conversation.with(scope -> {
          throw new HttpException(503, "the database is away");
        })) {
      talk.hearsClose(1011, "the server failed");
    }
  }

  @Test
  void noTwoConnectionsHaveTheSameId() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      ids.add(ConnectionIds.next());
    }
    assertThat(ids).hasSize(100_000).allMatch(id -> id.matches("[0-9a-f]{32}"));
  }
}
