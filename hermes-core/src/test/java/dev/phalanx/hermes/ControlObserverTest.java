package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An observer of Pongs or Pings, and a peer that sends more of them than anybody asked for. */
class ControlObserverTest {
  private static Conversation observedBy(Consumer<WsMessage.Pong> observer) throws Exception {
    Conversation talk =
        Conversation.with(scope -> {
          scope.connection().onPong(observer);
          scope.connection().sendText("observed");
          scope.connection().inbound().forEach(message -> {});
        });
    talk.hears("observed");
    return talk;
  }

  @Test
  void hearsOfThemInTheirOrder() throws Exception {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (var talk = observedBy(pong -> heard.add(new String(pong.bytes())))) {
      List<String> numbers = IntStream.range(0, 50).mapToObj(String::valueOf).toList();
      numbers.forEach(talk::pongs);
      await().until(() -> heard.size() == 50);
      assertThat(heard).containsExactlyElementsOf(numbers);
    }
  }

  @Test
  void hearsOfPingsWhichAreAnsweredAllTheSame() throws Exception {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (var talk =
        Conversation.with(scope -> {
          scope.connection().onPing(ping -> heard.add(new String(ping.bytes())));
          scope.connection().onPong(pong -> heard.add("a pong"));
          scope.connection().sendText("observed");
          scope.connection().inbound().forEach(message -> {});
        })) {
      talk.hears("observed");
      talk.pings("one");
      talk.hearsPong("one");
      talk.pings("two");
      talk.hearsPong("two");
      await().until(() -> heard.size() == 2);
      assertThat(heard).containsExactly("one", "two");
    }
  }

  @Test
  void hearsOfOneAtATimeAndAFloodOfThemKeepsABoundedNumber() throws Exception {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger mostAtOnce = new AtomicInteger();
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    Semaphore mayGoOn = new Semaphore(0);
    try (var talk =
        observedBy(pong -> {
          mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          mayGoOn.acquireUninterruptibly();
          heard.add(new String(pong.bytes()));
          atOnce.decrementAndGet();
        })) {
      for (int i = 0; i < 10_000; i++) {
        talk.pongs(String.valueOf(i));
      }
      await().until(() -> atOnce.get() > 0);
      mayGoOn.release(1_000_000);
      await().until(() -> heard.size() >= ControlObserver.MAX_WAITING && atOnce.get() == 0);
      assertThat(mostAtOnce).hasValue(1);
      assertThat(heard).hasSize(ControlObserver.MAX_WAITING).startsWith("0", "1", "2");
      talk.pongs("the next one");
      await().until(() -> heard.contains("the next one"));
    }
  }

  @Test
  void whatItThrowsIsLoggedAndItHearsOfTheNextOne() throws Exception {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (var log = CapturedLog.of("dev.phalanx.hermes", Level.INFO);
        var talk =
            observedBy(pong -> {
              heard.add(new String(pong.bytes()));
              throw new IllegalStateException("no");
            })) {
      talk.pongs("one");
      talk.pongs("two");
      await().until(() -> log.records().size() == 2);
      assertThat(heard).containsExactly("one", "two");
      assertThat(log.messages()).allMatch(line -> line.contains(talk.connection().id()));
    }
  }
}
