package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Upgrade;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Handlers that run on platform threads, since they compute or call native code that blocks. */
class PlatformThreadsTest {
  private static final WsConfig ONE = WsConfig.defaults().onPlatformThreads(1);

  @Test
  void theHandlerRunsOnAPlatformThreadInTheScopeOfItsConnection() throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    try (var talk =
        Conversation.with(
            ONE,
            scope -> {
              assertThat(ExecutionScope.current()).isSameAs(scope);
              assertThat(scope.service(WsGateway.class)).isNotNull();
              assertThat(scope.<String>execute(inner -> "run").length()).isEqualTo(3);
              thread.complete(Thread.currentThread());
              scope.connection().inbound().forEach(scope.connection()::send);
            })) {
      talk.says("hello");
      talk.hears("hello");
      assertThat(thread.get(20, TimeUnit.SECONDS).isVirtual()).isFalse();
      assertThat(thread.get().getName()).isEqualTo("ws /ws " + talk.connection().id());
      talk.closes(1000, "");
      talk.seesTheHandlerEnd();
      await().until(() -> !thread.get().isAlive());
    }
  }

  @Test
  void whatTheHandlerThrowsClosesAsOnAVirtualThread() throws Exception {
    try (var talk =
        Conversation.with(ONE, scope -> scope.connection().inbound().iterator().next().text())) {
      talk.says(new byte[1]);
      talk.hearsClose(1003, "text expected, not binary");
    }
  }

  @Test
  void anInterruptReachesTheHandler() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    try (var talk =
        Conversation.with(
            ONE,
            scope -> {
              try {
                begun.countDown();
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.complete(true);
              }
            })) {
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      talk.handlerThread.interrupt();
      assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
      talk.hearsClose(1000, "");
    }
  }

  @Test
  void whileAllThreadsAreBusyAHandshakeIsAnsweredWith503() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    WsHandler busy =
        scope -> {
          begun.countDown();
          mayEnd.await();
        };
    WsRouteGroup routes = WsRouteGroup.builder().route("/ws", busy, ONE).build();
    try (var server = Conversation.Server.start();
        var scope = server.app().openScope("test")) {
      routes.bind(server.app());
      var request = RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none());
      var first = (WsSession) ((Upgrade.Accepted) routes.upgrade(request)).session();
      var raced = (WsSession) ((Upgrade.Accepted) routes.upgrade(request)).session();
      var peer = dev.phalanx.transport.memory.MemoryPeer.connect(server.lane(), first::open);
      Thread running = Thread.ofVirtual().start(first::run);
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

      var refused = (Upgrade.Rejected) routes.upgrade(request);
      assertThat(refused.response().status()).isEqualTo(503);

      // accepted at the same moment as the first one, and too late for a status
      var late = dev.phalanx.transport.memory.MemoryPeer.connect(server.lane(), raced::open);
      Thread runningLate = Thread.ofVirtual().start(raced::run);
      await().until(() -> raced.connection().closed() != null);
      assertThat(raced.connection().closed().code()).isEqualTo(WsCloseCode.TRY_AGAIN_LATER);

      mayEnd.countDown();
      await().until(() -> first.connection().closed() != null);
      await().until(() -> routes.upgrade(request) instanceof Upgrade.Accepted);
      peer.close();
      late.close();
      running.join();
      runningLate.join();
    }
  }

  @Test
  void noneIsNotABound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WsConfig.defaults().onPlatformThreads(0))
        .withMessage("platformThreads must be at least 1, not 0");
  }
}
