package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.PlatformThreads;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.testkit.Frame;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Routes whose handlers run on platform threads, which are bounded. */
class PlatformThreadsTest {
  private static String kindOfThread() {
    return Thread.currentThread().isVirtual() ? "virtual" : "platform";
  }

  private static String text(Reply reply) {
    return new String(reply.body(), UTF_8);
  }

  @Test
  void a_websocket_handler_runs_on_a_platform_thread_and_one_more_than_the_bound_hears_503()
      throws Exception {
    WsHandler echo =
        scope -> {
          scope.connection().sendText(kindOfThread());
          for (WsMessage message : scope.connection().inbound()) {
            scope.connection().send(message);
          }
        };
    try (Serving serving =
            Serving.websockets(ws ->
                ws.route("/compute", echo, WsConfig.defaults().onPlatformThreads(1))
                    .route("/wait", echo));
        Peer first = serving.peer();
        Peer other = serving.peer();
        Peer second = serving.peer()) {
      first.opens("/compute").hears(Frame.text("platform"));
      other.opens("/wait").hears(Frame.text("virtual"));
      Reply busy = second.says(Peer.handshake("/compute")).hearsReply();
      assertThat(busy.status()).isEqualTo(503);
      assertThat(text(busy)).contains(PlatformThreads.NONE_FREE);
      first.resets();
      Awaitility.await()
          .until(() -> second.says(Peer.handshake("/compute")).hearsReply().status() == 101);
      second.hears(Frame.text("platform"));
    }
  }

  @Test
  void an_http_handler_runs_on_a_platform_thread_and_one_more_than_the_bound_hears_503()
      throws Exception {
    CountDownLatch computes = new CountDownLatch(1);
    CountDownLatch computed = new CountDownLatch(1);
    HttpHandler thumbnails =
        scope -> {
          computes.countDown();
          assertThat(computed.await(20, TimeUnit.SECONDS)).isTrue();
          return Response.text(kindOfThread());
        };
    RouteGroup bounded =
        RouteGroup.builder().wrap(PlatformThreads.atMost(1)).get("/thumbnails", thumbnails).build();
    try (Serving serving = Serving.http(routes -> routes.mount("/", bounded));
        Peer first = serving.peer();
        Peer second = serving.peer()) {
      first.gets("/thumbnails");
      assertThat(computes.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(second.gets("/thumbnails").hearsReply().status()).isEqualTo(503);
      computed.countDown();
      assertThat(text(first.hearsReply())).isEqualTo("platform");
      Awaitility.await()
          .until(() -> text(second.gets("/thumbnails").hearsReply()).equals("platform"));
    }
  }
}
