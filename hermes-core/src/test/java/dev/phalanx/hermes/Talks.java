package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.transport.memory.MemoryLane;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server for one test, with those who talk to it and only listen; after the test all leave, and
 * nothing of them may be left in the gateway.
 */
final class Talks implements AfterEachCallback, Iterable<Conversation> {
  private final Conversation.Server server = Conversation.Server.start();
  private final WsGateway gateway = server.gateway();
  private final Deque<Conversation> talks = new ArrayDeque<>();

  Conversation.Server server() {
    return server;
  }

  MemoryLane lane() {
    return server.lane();
  }

  WsGateway gateway() {
    return gateway;
  }

  Conversation connect() throws Exception {
    return connect(WsConfig.defaults());
  }

  Conversation connect(WsConfig config) throws Exception {
    return connect(config, lane());
  }

  Conversation connect(WsConfig config, MemoryLane lane) throws Exception {
    Conversation talk =
        new Conversation.Server(server.clock(), lane, server.app())
            .connect(config, scope -> scope.connection().inbound().forEach(message -> {}));
    talks.push(talk);
    return talk;
  }

  /** Returns when the lane has done all that it was given. */
  void settle() {
    server.lane().run(() -> {});
  }

  /** Who came last. */
  Conversation newest() {
    return talks.element();
  }

  /** The last to come first. */
  @Override
  public Iterator<Conversation> iterator() {
    return talks.iterator();
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    for (Conversation talk : talks) {
      talk.close();
    }
    settle();
    assertThat(gateway.count()).isZero();
    assertThat(gateway.topicCount()).isZero();
    assertThat(gateway.waitingBytes()).isZero();
    server.close();
  }
}
