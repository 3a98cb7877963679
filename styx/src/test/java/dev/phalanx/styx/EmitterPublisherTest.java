package dev.phalanx.styx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From a publisher, and to one. */
class EmitterPublisherTest {
  private final OwnedScope scope = Application.starting().compile().openScope("stream");
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    scope.close();
  }

  /** Publishes numbers, exactly as many as it is asked for, on the thread that asks. */
  private static final class Counting implements Flow.Publisher<Integer>, Flow.Subscription {
    private final AtomicLong requested = new AtomicLong();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final int end;
    private Flow.@Nullable Subscriber<? super Integer> subscriber;
    private int next;
    private boolean busy;

    private Counting(int end) {
      this.end = end;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Integer> who) {
      subscriber = who;
      who.onSubscribe(this);
    }

    @Override
    public void request(long count) {
      requested.addAndGet(count);
      if (busy) {
        return;
      }
      busy = true;
      while (!cancelled.get() && next < Math.min(end, requested.get())) {
        subscriber.onNext(next++);
      }
      busy = false;
      if (next == end) {
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      cancelled.set(true);
    }
  }

  /** A subscriber whose demand is the test's. */
  private final class Asking implements Flow.Subscriber<Object> {
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(Object value) {
      said.add("next " + value);
    }

    @Override
    public void onError(Throwable failure) {
      said.add("error " + failure.getMessage());
      over.countDown();
    }

    @Override
    public void onComplete() {
      said.add("complete");
      over.countDown();
    }
  }

  @Test
  void a_publisher_is_asked_for_what_the_buffer_holds_and_no_more() throws Exception {
    Counting counting = new Counting(1_000);
    List<Long> ahead = new ArrayList<>();

    Emitter.from(counting).forEach(scope, value -> ahead.add(counting.requested.get() - value));

    assertThat(ahead).hasSize(1_000).allMatch(n -> n >= 1 && n <= 64);
    assertThat(counting.next).isEqualTo(1_000);
  }

  @Test
  void a_consumer_who_has_enough_cancels_and_asks_for_nothing_more() throws Exception {
    Counting counting = new Counting(1_000);

    assertThat(Emitter.from(counting).take(40).toList(scope)).hasSize(40);

    assertThat(counting.cancelled).isTrue();
    assertThat(counting.requested).hasValue(96);
  }

  @Test
  void the_publisher_of_the_jdk_gives_all_its_values_in_order() throws Exception {
    try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
      Started<List<Integer>> consumer = Started.on(() -> Emitter.from(publisher).toList(scope));
      Eventually.until(publisher::hasSubscribers);
      IntStream.range(0, 1_000).forEach(publisher::submit);
      publisher.close();

      assertThat(consumer.result()).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    }
  }

  @Test
  void a_publisher_that_sends_more_than_it_was_asked_for_fails_the_stream() throws Exception {
    Flow.Publisher<Integer> rude =
        subscriber -> {
          subscriber.onSubscribe(
              new Flow.Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {
                  said.add("cancelled");
                }
              });
          IntStream.range(0, 65).forEach(subscriber::onNext);
        };

    Started<Boolean> consumer =
        Started.running(
            Threads.VIRTUAL, () -> Emitter.from(rude).forEach(scope, value -> said.add("got")));

    assertThat(consumer.failure())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the publisher sent more than it was asked for");
    assertThat(said).hasSize(65).startsWith("cancelled", "got");
  }

  @Test
  void a_second_subscription_is_cancelled_and_so_is_one_that_comes_too_late() throws Exception {
    List<Flow.Subscriber<? super Integer>> subscribers = new ArrayList<>();
    Flow.Publisher<Integer> twice =
        subscriber -> {
          subscribers.add(subscriber);
          Counting first = new Counting(1);
          first.subscriber = subscriber;
          subscriber.onSubscribe(first);
          subscriber.onSubscribe(cancellable("second"));
        };

    assertThat(Emitter.from(twice).toList(scope)).containsExactly(0);
    assertThat(said).containsExactly("second cancelled");

    subscribers.getFirst().onSubscribe(cancellable("late"));
    assertThat(said).containsExactly("second cancelled", "late cancelled");
  }

  private Flow.Subscription cancellable(String name) {
    return new Flow.Subscription() {
      @Override
      public void request(long count) {
        said.add(name + " requested");
      }

      @Override
      public void cancel() {
        said.add(name + " cancelled");
      }
    };
  }

  @Test
  void as_a_publisher_it_runs_as_far_as_the_subscriber_asks() throws Exception {
    Asking asking = new Asking();
    Emitter.from(List.of(1, 2, 3))
        .onEach(value -> said.add("makes " + value))
        .toPublisher(scope)
        .subscribe(asking);

    asking.subscription.request(1);
    Eventually.until(() -> said.size() == 3);
    assertThat(said).as("one is made ahead").containsExactly("makes 1", "next 1", "makes 2");

    asking.subscription.request(Long.MAX_VALUE);
    asking.subscription.request(Long.MAX_VALUE);
    asking.over.await();
    assertThat(said).endsWith("next 2", "makes 3", "next 3", "complete");
  }

  @Test
  void nothing_runs_before_somebody_subscribes_and_each_gets_a_run_of_his_own() throws Exception {
    Flow.Publisher<Integer> publisher =
        Emitter.from(List.of(1)).onStart(() -> said.add("start")).toPublisher(scope);
    assertThat(said).isEmpty();

    for (int i = 0; i < 2; i++) {
      Asking asking = new Asking();
      publisher.subscribe(asking);
      asking.subscription.request(1);
      asking.over.await();
    }

    assertThat(said).containsExactly("start", "next 1", "complete", "start", "next 1", "complete");
  }

  @Test
  void a_failure_is_the_subscribers() throws Exception {
    Asking asking = new Asking();
    Emitter.produce(
            (inner, sink) -> {
              throw new Exception("broken");
            })
        .toPublisher(scope)
        .subscribe(asking);

    asking.over.await();

    assertThat(said).containsExactly("error broken");
  }

  @Test
  void who_cancels_stops_the_run_and_hears_nothing_more() throws Exception {
    Asking asking = new Asking();
    CountDownLatch ended = new CountDownLatch(1);
    Emitter.produce(
            (inner, sink) -> {
              sink.emit(1);
              new CountDownLatch(1).await();
            })
        .onDispose(ended::countDown)
        .toPublisher(scope)
        .subscribe(asking);
    asking.subscription.request(5);
    Eventually.until(() -> said.size() == 1);

    asking.subscription.cancel();
    ended.await();
    scope.close();

    assertThat(said).containsExactly("next 1");
  }

  @Test
  void who_asks_for_nothing_at_all_is_told_that_this_is_wrong() throws Exception {
    Asking asking = new Asking();
    Emitter.from(List.of(1)).toPublisher(scope).subscribe(asking);

    asking.subscription.request(0);
    asking.over.await();

    assertThat(said).containsExactly("error at least 1 must be requested, not 0");
  }

  @Test
  void closing_the_scope_ends_the_run_before_it_returns_and_the_subscriber_hears_of_it()
      throws Exception {
    Asking asking = new Asking();
    Emitter.from(List.of(1, 2, 3))
        .onDispose(() -> said.add("disposed"))
        .toPublisher(scope)
        .subscribe(asking);
    asking.subscription.request(1);
    Eventually.until(() -> said.size() == 1);

    scope.close();

    assertThat(said).containsExactly("next 1", "disposed", "error stream has ended");
  }

  @Test
  void through_a_publisher_and_back_nothing_is_lost() throws Exception {
    List<Integer> values = IntStream.range(0, 1_000).boxed().toList();

    assertThat(Emitter.from(Emitter.from(values).toPublisher(scope)).toList(scope))
        .isEqualTo(values);
  }
}
