package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.http.Headers;
import dev.phalanx.http.ReceiveBudget;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.http.Upgrade;
import dev.phalanx.http.Upgrader;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Unfinished bodies of many peers, and the memory that they may fill together. */
class ReceiveBudgetOfBodiesTest {
  private static final int BUDGET = 256 << 10;
  private static final int BODY = 60_000;

  private final Occupant occupant = new Occupant();
  private Serving serving;

  @BeforeEach
  void serve() throws IOException {
    RouteGroup http =
        RouteGroup.builder()
            .post("/", scope -> Response.text("" + scope.request().body().length))
            .build();
    HttpServerConfig config =
        HttpServerConfig.defaults().withAllowedHosts("*").withReceiveBudget(BUDGET);
    serving =
        Serving.of(runner -> runner.withConfig(config).withRoutes(http).withWebsockets(occupant));
  }

  @AfterEach
  void close() {
    occupant.mayEnd.countDown();
    serving.close();
  }

  private static Peer sends(Peer peer, int announced, int sent) throws IOException {
    peer.says("POST / HTTP/1.1\nHost: h\nContent-Length: " + announced + "\n\n");
    return peer.says(new byte[sent]);
  }

  @Test
  void beyond_the_budget_the_largest_unfinished_bodies_are_answered_408() throws Exception {
    List<Peer> peers = new ArrayList<>();
    try (Peer small = sends(serving.peer(), BODY, 4_000)) {
      for (int i = 0; i < 10; i++) {
        peers.add(sends(serving.peer(), BODY, BODY - 1));
      }
      int refused = 0;
      int finished = 0;
      for (Peer peer : peers) {
        try {
          peer.says(new byte[1]);
          Reply reply = peer.hearsReply();
          assertThat(reply.status()).isIn(200, 408, 503);
          refused += reply.status() == 200 ? 0 : 1;
          finished += reply.status() == 200 ? 1 : 0;
        } catch (IOException e) {
          refused++; // reset, since it sent more after it had been refused
        }
      }
      assertThat(refused).as("refused").isPositive();
      assertThat(finished).as("finished").isPositive();

      small.says(new byte[BODY - 4_000]);
      assertThat(small.hearsReply().text()).isEqualTo("" + BODY);
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
    }
    try (Peer peer = sends(serving.peer(), BODY, BODY)) {
      assertThat(peer.hearsReply().text()).as("when all is over").isEqualTo("" + BODY);
    }
  }

  @Test
  void while_the_budget_is_used_up_a_request_with_a_larger_body_is_a_503() throws Exception {
    try (Peer holding = serving.peer()) {
      holding.says("GET /hold HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: hold\n\n");
      assertThat(holding.hearsReply().status()).isEqualTo(101);
      assertThat(occupant.holds.await(20, TimeUnit.SECONDS)).isTrue();

      try (Peer peer = sends(serving.peer(), BODY, 100)) {
        Reply reply = peer.hearsReply();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.text()).contains("receiveBudget");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
        peer.hearsEnd();
      }
      try (Peer peer = sends(serving.peer(), 4_000, 4_000)) {
        assertThat(peer.hearsReply().text()).as("a small body").isEqualTo("4000");
      }
    }
    await()
        .untilAsserted(() -> {
          try (Peer peer = sends(serving.peer(), BODY, BODY)) {
            assertThat(peer.hearsReply().status()).as("when there is room again").isEqualTo(200);
          }
        });
  }

  @Test
  void an_unfinished_body_whose_peer_leaves_is_counted_no_more() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Peer peer = sends(serving.peer(), BODY, BODY - 1)) {
        peer.resets();
      }
      try (Peer peer = sends(serving.peer(), BODY, BODY)) {
        assertThat(peer.hearsReply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void a_budget_that_is_too_small_is_an_error_that_names_it() {
    assertThatThrownBy(() -> HttpServerConfig.defaults().withReceiveBudget(1_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("receiveBudget");
  }

  /** A protocol whose connections hold the whole budget: as messages that no handler takes. */
  private static final class Occupant implements Upgrader, Upgrade.Session, WireHandler {
    private final CountDownLatch holds = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private ReceiveBudget.@Nullable Account account; // on the lane

    @Override
    public String protocol() {
      return "hold";
    }

    @Override
    public void bind(Application application) {}

    @Override
    public Upgrade upgrade(RequestScope scope) {
      if (!scope.request().path().equals("/hold")) {
        return new Upgrade.NotMine();
      }
      Headers headers = Headers.of("Connection", "Upgrade", "Upgrade", "hold");
      return new Upgrade.Accepted(new Response(101, headers, new byte[0]), this);
    }

    @Override
    public WireHandler open(Wire wire) {
      wire.lane()
          .execute(() -> {
            ReceiveBudget.Account own = wire.lane().receiveBudget().open(wire.lane(), new Holder());
            account = own;
            own.hold(2 * BUDGET, 0);
            holds.countDown();
          });
      return this;
    }

    private final class Holder implements ReceiveBudget.Holder {
      @Override
      public void measure() {
        if (account != null) {
          account.hold(2 * BUDGET, 0);
        }
      }

      @Override
      public void evict() {}

      @Override
      public void resume() {}
    }

    @Override
    public void run() {
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void goAway() {
      mayEnd.countDown();
    }

    @Override
    public void cutOff() {}

    @Override
    public void onRead(ByteBuffer bytes) {}

    @Override
    public void onFlushed() {}

    @Override
    public void onClosed(@Nullable Throwable failure) {
      if (account != null) {
        account.close();
      }
    }
  }
}
