package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A connection goes, and is taken out of its gateways: on which thread, and what waits for what.
 */
class DepartureTest {
  @RegisterExtension private final Talks talks = new Talks();
  private final WsGateway gateway = talks.gateway();

  /** As a handler would that is in the middle of subscribing. */
  @Test
  void aLaneWaitsForNoLockThatASubscriberHolds() throws Exception {
    Conversation ann = talks.connect();
    Conversation bob = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    gateway.subscribe(bob.connection(), "sports");
    Member member = memberOf(ann);
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    Thread holder =
        Thread.ofPlatform()
            .start(() -> {
              synchronized (member) {
                synchronized (member.branch.everyone()) {
                  held.countDown();
                  awaitQuietly(free);
                }
              }
            });
    held.await();
    ann.peer.reset();
    gateway.publish("sports", WsMessage.text("2:1"));
    bob.hears("2:1");
    ann.seesTheHandlerEnd();
    free.countDown();
    holder.join();
    assertThat(gateway.count()).isEqualTo(1);
    assertThat(gateway.count("news")).isZero();
  }

  /** Nobody asks for a count: the connection is taken out all the same, and hooks hear of it. */
  @Test
  void whoHasGoneIsTakenOutWithoutAnybodysAsking() throws Exception {
    Queue<String> ended = new ConcurrentLinkedQueue<>();
    gateway.addHook(
        new SubscriptionHook() {
          @Override
          public void onUnsubscribe(WsConnection connection, Subscription subscription) {
            ended.add(connection.id() + " " + subscription.name());
          }
        });
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), Subscription.to("a"), Subscription.matching("b.*"));
    String id = ann.connection().id();
    ann.peer.reset();
    await().until(() -> ended.size() == 2);
    assertThat(ended).containsExactlyInAnyOrder(id + " a", id + " b.*");
    gateway.subscribe(ann.connection(), "too late");
    assertThat(gateway.topicCount()).isZero();
    assertThat(gateway.count()).isZero();
  }

  /** A handler sees the end of its connection: by then nobody counts it any more. */
  @Test
  void aHandlerAtItsEndIsNotCounted() throws Exception {
    CompletableFuture<Integer> counted = new CompletableFuture<>();
    try (Conversation ann =
        talks
            .server()
            .connect(
                WsConfig.defaults(),
                scope -> {
                  gateway.subscribe(scope.connection(), "news");
                  scope.connection().sendText("subscribed");
                  scope.connection().inbound().forEach(message -> {});
                  counted.complete(gateway.count("news") + gateway.count());
                })) {
      ann.hears("subscribed");
      ann.peer.reset();
      ann.seesTheHandlerEnd();
    }
    assertThat(counted).isCompletedWithValue(0);
  }

  /** The lane gives up the places of its many subscriptions in turns, and others have theirs. */
  @Test
  void oneThatLeavesManySubscriptionsHoldsNobodyUp() throws Exception {
    int many = 40_000;
    Conversation ann = talks.connect();
    Conversation bob = talks.connect();
    gateway.subscribe(bob.connection(), "t1", "t2");
    for (int i = 0; i < many; i++) {
      gateway.subscribe(ann.connection(), "t" + i);
    }
    Branch branch = memberOf(ann).branch;
    CountDownLatch hold = new CountDownLatch(1);
    ann.peer.reset();
    talks.lane().execute(() -> awaitQuietly(hold));
    assertThat(gateway.topicCount()).isEqualTo(2);
    AtomicInteger turnsOfOthers = new AtomicInteger();
    talks.lane().execute(() -> countTurns(branch, turnsOfOthers));
    hold.countDown();
    await().until(() -> !branch.isBusy());
    talks.settle();
    int mostInATurn = 512 * 8 + Step.Gone.PORTION;
    assertThat(turnsOfOthers.get()).isGreaterThanOrEqualTo(many / mostInATurn);
    gateway.publish("t1", WsMessage.text("still here"));
    bob.hears("still here");
  }

  private void countTurns(Branch branch, AtomicInteger turns) {
    if (branch.isBusy()) {
      turns.incrementAndGet();
      talks.lane().execute(() -> countTurns(branch, turns));
    }
  }

  /** While its many places are given up, one that was taken out and came again hears all once. */
  @Test
  void oneThatIsTakenOutOfManyTopicsAndComesAgainHearsEachMessageOnce() throws Exception {
    Conversation ann = talks.connect();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 3_000; i++) {
        gateway.subscribe(ann.connection(), "t" + i);
      }
      gateway.unregister(ann.connection());
      gateway.publish("t2999", WsMessage.text("nobody hears this"));
      gateway.subscribe(ann.connection(), "t0", "t2999");
      gateway.publish("t0", WsMessage.text("once " + round));
      gateway.publish("t2999", WsMessage.text("and once " + round));
      ann.hears("once " + round, "and once " + round);
      ann.hasHeardNothing();
      gateway.unregister(ann.connection());
    }
    assertThat(gateway.topicCount()).isZero();
  }

  private Member memberOf(Conversation talk) throws Exception {
    Branch branch = talk.connection().link().branchOf(gateway);
    CompletableFuture<Member> found = new CompletableFuture<>();
    talks
        .lane()
        .run(() -> {
          for (int i = 0; i < branch.everyone().size(); i++) {
            Member member = branch.everyone().seat(i).member;
            if (member.id.equals(talk.connection().id())) {
              found.complete(member);
            }
          }
        });
    return found.get();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
