package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.http.Headers;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Handshake;
import dev.phalanx.rfc6455.Limits;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import dev.phalanx.transport.memory.MemoryLane;
import dev.phalanx.transport.memory.MemoryPeer;
import dev.phalanx.transport.memory.VirtualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that have subscribed: their frames are masked, so no two get the same bytes. */
class GatewayOfClientsTest {
  /** A server, as far as a client can tell: it takes masked frames only. */
  private static final class Listener {
    final MemoryPeer peer;
    final ClientSession session;
    private final Protocol protocol = new Protocol(Side.SERVER, new Limits(1 << 20, 1 << 20, 1));
    private final List<String> heard = new ArrayList<>();

    Listener(MemoryLane lane, VirtualClock clock) {
      ClientHandshake handshake = ClientHandshake.of(WsConfig.defaults());
      String key = handshake.request(Headers.empty()).first("Sec-WebSocket-Key");
      Headers answer =
          Headers.of(
              "Upgrade", "websocket",
              "Connection", "Upgrade",
              "Sec-WebSocket-Accept", Handshake.accept(key));
      var agreed = (ClientHandshake.Agreed) handshake.judge(101, answer);
      session = agreed.session(CancellationToken.create(), clock, DeliveryConfig.defaults());
      peer = MemoryPeer.connect(lane, wire -> session.open(wire, () -> {}));
    }

    void hears(String... texts) {
      await().until(() -> listen(peer.receive()) >= texts.length);
      assertThat(heard).containsExactly(texts);
      heard.clear();
    }

    private int listen(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Event event;
      while ((event = protocol.receive(in)) != null) {
        assertThat(event).isInstanceOf(Event.Text.class);
        heard.add(new String(((Event.Text) event).utf8(), StandardCharsets.UTF_8));
      }
      return heard.size();
    }
  }

  @Test
  void eachGetsItsOwnMaskedFramesInOrder() {
    VirtualClock clock = new VirtualClock();
    WsGateway gateway = new WsGateway();
    try (MemoryLane lane = new MemoryLane(clock)) {
      Listener ann = new Listener(lane, clock);
      Listener bob = new Listener(lane, clock);
      gateway.subscribe(ann.session.connection(), "news");
      gateway.subscribe(bob.session.connection(), Subscription.to("news").withMaxMessages(2));
      gateway.publish("news", WsMessage.text("1"));
      ann.session.connection().sendText("sent");
      gateway.publish("news", WsMessage.text("2"));
      ann.hears("1", "sent", "2");
      bob.hears("1", "2");
      assertThat(ann.session.unsent().waiting()).isEmpty();

      bob.peer.readOnly(0);
      for (int i = 3; i <= 6; i++) {
        gateway.publish("news", WsMessage.text(String.valueOf(i)));
        lane.run(() -> {});
      }
      assertThat(gateway.overflows()).isEqualTo(1);
      ann.hears("3", "4", "5", "6");
      ann.peer.close();
      bob.peer.close();
      assertThat(gateway.count()).isZero();
    }
  }
}
