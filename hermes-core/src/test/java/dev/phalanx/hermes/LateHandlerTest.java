package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import dev.phalanx.transport.memory.MemoryPeer;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** A handler whose peer has gone before it began. */
class LateHandlerTest {
  @Test
  void isReportedAsAnyOtherIfItNeverReturns() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    WsRouteGroup routes = WsRouteGroup.builder().route("/ws", scope -> never.await()).build();
    try (var log = CapturedLog.of("dev.phalanx", Level.INFO);
        var server = Conversation.Server.start();
        var scope = server.app().openScope("test")) {
      routes.bind(server.app());
      var request = RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none());
      var session = ((Upgrade.Accepted) routes.upgrade(request)).session();
      MemoryPeer.connect(server.lane(), session::open).reset();

      Thread handler = Thread.ofVirtual().start(session::run);
      await().until(() -> handler.getState() == Thread.State.WAITING);
      server.lane().run(() -> {});
      server.clock().advance(HandlerThread.PATIENCE);
      await().until(() -> !log.messages().isEmpty()); // the lane doesn't log by itself
      assertThat(log.messages()).singleElement().asString().contains("still runs PT30S");

      never.countDown();
      handler.join();
      server.lane().run(() -> {});
      assertThat(server.clock().pendingTimers()).isZero();
    }
  }
}
