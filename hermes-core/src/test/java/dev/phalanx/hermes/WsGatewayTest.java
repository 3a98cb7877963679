package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.phalanx.rfc6455.Event;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who hears what, and what is left of those who leave. */
class WsGatewayTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @RegisterExtension private final Talks talks = new Talks();
  private final WsGateway gateway = talks.gateway();

  // ---- register, unregister ----

  @Test
  void aRegisteredConnectionIsCountedOnceAndHearsBroadcasts() throws Exception {
    Conversation ann = talks.connect();
    gateway.register(ann.connection());
    gateway.register(ann.connection());
    assertThat(gateway.count()).isEqualTo(1);
    assertThat(gateway.topicCount()).isZero();
    gateway.broadcast(WsMessage.text("to all"));
    ann.hears("to all");
    ann.hasHeardNothing();
  }

  @Test
  void aConnectionThatNobodyRegisteredIsUnknown() throws Exception {
    Conversation ann = talks.connect();
    assertThat(gateway.count()).isZero();
    gateway.broadcast(WsMessage.text("to all"));
    ann.hasHeardNothing();
  }

  @Test
  void unregisteringTakesAConnectionOutWithItsSubscriptionsAndLeavesItOpen() throws Exception {
    Conversation ann = talks.connect();
    Conversation bob = talks.connect();
    gateway.subscribe(ann.connection(), "news", "sports");
    gateway.subscribe(bob.connection(), "news");
    gateway.unregister(ann.connection());
    assertThat(gateway.count()).isEqualTo(1);
    assertThat(gateway.topicCount()).isEqualTo(1);
    gateway.publish("news", WsMessage.text("extra"));
    bob.hears("extra");
    ann.hasHeardNothing();
    assertThat(ann.connection().isOpen()).isTrue();
  }

  @Test
  void takingOutAStrangerDoesNothing() throws Exception {
    Conversation ann = talks.connect();
    gateway.unregister(ann.connection());
    gateway.unsubscribe(ann.connection(), "news");
    assertThat(gateway.count()).isZero();
    assertThat(gateway.topicCount()).isZero();
  }

  @Test
  void whoWasTakenOutMaySubscribeAgain() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news", "sports");
    gateway.unregister(ann.connection());
    gateway.subscribe(ann.connection(), "news");
    assertThat(gateway.count()).isEqualTo(1);
    assertThat(gateway.topicCount()).isEqualTo(1);
    gateway.publish("news", WsMessage.text("back"));
    gateway.publish("sports", WsMessage.text("not back"));
    ann.hears("back");
    ann.hasHeardNothing();
  }

  // ---- subscribe, unsubscribe ----

  @Test
  void subscribingRegisters() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    assertThat(gateway.count()).isEqualTo(1);
    gateway.broadcast(WsMessage.text("to all"));
    ann.hears("to all");
  }

  @Test
  void subscribingToNothingRegistersToo() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection());
    assertThat(gateway.count()).isEqualTo(1);
    assertThat(gateway.topicCount()).isZero();
  }

  @Test
  void oneCallSubscribesToSeveralTopics() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "a", "b", "c");
    assertThat(gateway.topicCount()).isEqualTo(3);
    for (String topic : new String[] {"a", "b", "c"}) {
      assertThat(gateway.count(topic)).isEqualTo(1);
      gateway.publish(topic, WsMessage.text("on " + topic));
      ann.hears("on " + topic);
    }
  }

  @Test
  void subscribingTwiceHearsOnce() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news", "news");
    gateway.subscribe(ann.connection(), "news");
    assertThat(gateway.count("news")).isEqualTo(1);
    gateway.publish("news", WsMessage.text("once"));
    ann.hears("once");
    ann.hasHeardNothing();
    gateway.unsubscribe(ann.connection(), "news");
    assertThat(gateway.count("news")).isZero();
  }

  @Test
  void oneCallUnsubscribesFromSeveralTopicsAndLeavesTheOthers() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "a", "b", "c");
    gateway.unsubscribe(ann.connection(), "a", "c", "never heard of");
    assertThat(gateway.topicCount()).isEqualTo(1);
    gateway.publish("a", WsMessage.text("on a"));
    gateway.publish("b", WsMessage.text("on b"));
    gateway.publish("c", WsMessage.text("on c"));
    ann.hears("on b");
    ann.hasHeardNothing();
  }

  @Test
  void whoLeftTheLastTopicIsStillRegistered() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    gateway.unsubscribe(ann.connection(), "news");
    assertThat(gateway.topicCount()).isZero();
    assertThat(gateway.count()).isEqualTo(1);
    gateway.broadcast(WsMessage.text("to all"));
    ann.hears("to all");
  }

  // ---- publish, broadcast ----

  @Test
  void publishReachesTheSubscribersOfThatTopic() throws Exception {
    Conversation ann = talks.connect();
    Conversation bob = talks.connect();
    Conversation eve = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    gateway.subscribe(bob.connection(), "news", "sports");
    gateway.subscribe(eve.connection(), "sports");
    assertThat(gateway.count("news")).isEqualTo(2);
    gateway.publish("news", WsMessage.text("extra"));
    ann.hears("extra");
    bob.hears("extra");
    eve.hasHeardNothing();
  }

  @Test
  void publishToNobodyReachesNobodyAndLeavesNoTopicBehind() {
    gateway.publish("nobody", WsMessage.text("hello?"));
    gateway.broadcast(WsMessage.text("anyone?"));
    assertThat(gateway.count("nobody")).isZero();
    assertThat(gateway.topicCount()).isZero();
  }

  @Test
  void publishMayLeaveOutTheOneWhoSaidIt() throws Exception {
    Conversation ann = talks.connect();
    Conversation bob = talks.connect();
    gateway.subscribe(ann.connection(), "room");
    gateway.subscribe(bob.connection(), "room");
    gateway.publish("room", WsMessage.text("hi, it's Ann"), ann.connection());
    bob.hears("hi, it's Ann");
    ann.hasHeardNothing();
  }

  @Test
  void leavingOutSomeoneWhoIsNotThereLeavesOutNobody() throws Exception {
    Conversation ann = talks.connect();
    Conversation stranger = talks.connect();
    gateway.subscribe(ann.connection(), "room");
    gateway.publish("room", WsMessage.text("hello"), stranger.connection());
    gateway.publish("room", WsMessage.text("again"), null);
    ann.hears("hello");
    ann.hears("again");
  }

  @Test
  void everyKindButACloseCanBePublished() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    gateway.publish("news", WsMessage.binary(new byte[] {1, 2, 3}));
    assertThat(ann.hears())
        .isInstanceOfSatisfying(
            Event.Binary.class, binary -> assertThat(binary.bytes()).containsExactly(1, 2, 3));
    gateway.publish("news", WsMessage.json(new int[] {1, 2}));
    ann.hears("[1,2]");
    gateway.publish("news", WsMessage.ping());
    ann.hearsPing();
    gateway.publish("news", WsMessage.pong("!".getBytes()));
    ann.hearsPong("!");
  }

  @Test
  void aCloseCannotBePublishedEvenToNobody() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    assertThatThrownBy(() -> gateway.publish("news", WsMessage.close()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Close");
    assertThatThrownBy(() -> gateway.publish("nobody", WsMessage.close()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> gateway.broadcast(WsMessage.close()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ann.connection().isOpen()).isTrue();
    ann.hasHeardNothing();
  }

  @Test
  void aSubscriberThatIsClosingIsNotReached() throws Exception {
    Conversation ann = talks.connect();
    gateway.subscribe(ann.connection(), "news");
    ann.connection().close();
    gateway.publish("news", WsMessage.text("too late"));
    assertThat(gateway.overflows()).isZero();
    ann.hearsClose(1000, "");
    ann.hasHeardNothing();
  }

  @Test
  void aMessageIsEncodedOnceHoweverManySubscribe() throws Exception {
    String text = "x".repeat(4_000); // up to 4 KiB, a frame is a copy of its payload
    int subscribers = 100;
    for (int i = 0; i < subscribers; i++) {
      gateway.subscribe(talks.connect().connection(), "news");
    }
    gateway.publish("news", WsMessage.text("warms up"));
    long before = THREADS.getCurrentThreadAllocatedBytes();
    gateway.publish("news", WsMessage.text(text));
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("bytes, of which a frame is 4,004").isLessThan(100_000);
    for (Conversation talk : talks) {
      talk.hears("warms up");
      talk.hears(text);
    }
  }

  // ---- gone ----

  @Test
  void whoeverGoesIsTakenOutAndTheOthersStay() throws Exception {
    Conversation ann = talks.connect();
    Conversation bob = talks.connect();
    gateway.subscribe(ann.connection(), "news", "only Ann's");
    gateway.subscribe(bob.connection(), "news");
    ann.peer.close();
    assertThat(gateway.count()).isEqualTo(1);
    assertThat(gateway.topicCount()).isEqualTo(1);
    gateway.publish("news", WsMessage.text("still here?"));
    bob.hears("still here?");
  }

  @Test
  void severalGatewaysMayKnowAConnectionAndAllForgetIt() throws Exception {
    Conversation ann = talks.connect();
    WsGateway another = new WsGateway();
    gateway.subscribe(ann.connection(), "news");
    another.subscribe(ann.connection(), "news", "more");
    another.publish("news", WsMessage.text("from another"));
    ann.hears("from another");
    gateway.unregister(ann.connection());
    assertThat(another.count()).isEqualTo(1);
    ann.peer.reset();
    assertThat(another.count()).isZero();
    assertThat(another.topicCount()).isZero();
  }

  @Test
  void itIsAServiceOfEveryApplication() {
    assertThat(talks.server().app().service(WsGateway.class)).isSameAs(gateway);
  }
}
