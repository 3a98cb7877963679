package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** {@link WsGateway#overflows} counts the subscribers that were closed for reading too slowly. */
class OverflowCountTest {
  private static final WsConfig SMALL =
      WsConfig.defaults().withSendHighWater(1_000).withOutboundBytes(10_000);

  @Test
  void onesWhoWereLeavingAnywayAreNotCounted() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (var server = Conversation.Server.start();
        var talk =
            server.connect(
                SMALL,
                scope -> {
                  scope.connection().inbound().iterator().next();
                  busy.countDown();
                  never.await();
                })) {
      server.gateway().subscribe(talk.connection(), "news");
      talk.peer.readOnly(0);
      talk.says("work");
      busy.await();
      talk.closes(1000, "");
      for (int i = 0; i < 20; i++) {
        server.gateway().publish("news", WsMessage.text("x".repeat(1_000)));
      }
      assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.PEER);
      assertThat(server.gateway().overflows()).isZero();
    }
  }
}
