package dev.phalanx.hermes;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Connections, and topics to publish to them. A service of every application: name it in a
 * handler's constructor. Every method may be called from any thread, and none ever waits for a
 * peer.
 *
 * <p>A connection that closes is taken out, with its subscriptions. Besides, the gateway holds
 * connections weakly: one that is forgotten without having been closed is collected all the same.
 *
 * <p>Order. Of what one thread publishes to a topic, all subscribers see one order; and what one
 * thread publishes and then sends reaches a subscriber in that order. Nothing that is published
 * after {@link #unsubscribe} has returned is queued for the connection, and nothing that is
 * published after {@link #subscribe} has returned is missed.
 *
 * <p>A subscriber that reads too slowly, so that more than {@link WsConfig#outboundBytes} would
 * wait for it, is closed with 1008; {@link #overflows} counts them.
 */
public final class WsGateway {
  // Both are walked in an order in which who comes back never stands further on than before: so
  // nobody hears a message twice that is being published just then.
  private final Map<String, Member> members = new ConcurrentSkipListMap<>(); // by connection id
  private final Map<String, Set<Member>> topics = new ConcurrentHashMap<>(); // none is empty
  private final ReferenceQueue<WsConnection> forgotten = new ReferenceQueue<>();
  private final AtomicLong numbered = new AtomicLong();
  private final LongAdder overflows = new LongAdder();

  /** An empty gateway; applications bring one along as a service. */
  public WsGateway() {}

  /** Makes a connection known, so that {@link #broadcast} reaches it. */
  public void register(WsConnection connection) {
    member(connection);
  }

  /** Takes a connection out, with its subscriptions. Closing it does the same. */
  public void unregister(WsConnection connection) {
    forget(connection.id());
  }

  /**
   * Subscribes a connection to topics; registers it, if it isn't yet. Does nothing once it is gone.
   */
  public void subscribe(WsConnection connection, String... names) {
    Member member = member(connection);
    synchronized (member) {
      if (member.isOut) {
        return;
      }
      for (String name : names) {
        if (member.topics.add(name)) {
          topics.compute(name, (key, subscribers) -> with(subscribers, member));
        }
      }
    }
  }

  /** Ends subscriptions of a connection. */
  public void unsubscribe(WsConnection connection, String... names) {
    Member member = members.get(connection.id());
    if (member == null) {
      return;
    }
    synchronized (member) {
      for (String name : names) {
        if (member.topics.remove(name)) {
          leave(name, member);
        }
      }
    }
  }

  /**
   * Publishes to all subscribers of a topic.
   *
   * @return for how many it was queued
   * @throws IllegalArgumentException if the message is a Close
   */
  public int publish(String topic, WsMessage message) {
    return publish(topic, message, null);
  }

  /**
   * Publishes to all subscribers of a topic but one, usually the one who said it.
   *
   * @return for how many it was queued
   * @throws IllegalArgumentException if the message is a Close
   */
  public int publish(String topic, WsMessage message, @Nullable WsConnection exclude) {
    purge();
    Publication publication = new Publication(message);
    Set<Member> subscribers = topics.get(topic);
    return subscribers == null ? 0 : deliver(publication, subscribers, exclude);
  }

  /**
   * Publishes to every connection that is known.
   *
   * @return for how many it was queued
   * @throws IllegalArgumentException if the message is a Close
   */
  public int broadcast(WsMessage message) {
    purge();
    return deliver(new Publication(message), members.values(), null);
  }

  /** How many connections are known. */
  public int count() {
    purge();
    return members.size();
  }

  /** How many topics have subscribers. */
  public int topicCount() {
    purge();
    return topics.size();
  }

  /** How many subscribers a topic has. */
  public int count(String topic) {
    purge();
    Set<Member> subscribers = topics.get(topic);
    return subscribers == null ? 0 : subscribers.size();
  }

  /** How many subscribers were closed because they read too slowly. */
  public long overflows() {
    return overflows.sum();
  }

  private int deliver(
      Publication publication, Iterable<Member> receivers, @Nullable WsConnection exclude) {
    int queued = 0;
    for (Member member : receivers) {
      WsConnection connection = member.get();
      if (connection != null && connection != exclude) {
        switch (connection.publish(publication)) {
          case QUEUED -> queued++;
          case FULL -> overflows.increment();
          case CLOSED -> {} // it has gone, and is about to be taken out
        }
      }
    }
    return queued;
  }

  private Member member(WsConnection connection) {
    purge();
    Member known = members.get(connection.id());
    if (known != null) {
      return known;
    }
    Member member =
        members.computeIfAbsent(
            connection.id(), id -> new Member(connection, numbered.incrementAndGet(), forgotten));
    connection.link().tellWhenGone(this); // outside of the map's lock: it may call forget()
    return member;
  }

  /** The connection is gone, or no longer wanted. Never blocks for long: an event loop calls it. */
  void forget(String id) {
    Member member = members.remove(id);
    if (member != null) {
      takeOut(member);
    }
  }

  private void takeOut(Member member) {
    synchronized (member) {
      member.isOut = true;
      member.topics.forEach(name -> leave(name, member));
      member.topics.clear();
    }
  }

  private void leave(String name, Member member) {
    topics.computeIfPresent(
        name,
        (key, subscribers) -> {
          subscribers.remove(member);
          return subscribers.isEmpty() ? null : subscribers;
        });
  }

  private static Set<Member> with(@Nullable Set<Member> subscribers, Member member) {
    Set<Member> all = subscribers == null ? new ConcurrentSkipListSet<>() : subscribers;
    all.add(member);
    return all;
  }

  /** Takes out what the garbage collector has found forgotten. */
  private void purge() {
    Reference<? extends WsConnection> reference;
    while ((reference = forgotten.poll()) != null) {
      if (reference instanceof Member member && members.remove(member.id, member)) {
        takeOut(member);
      }
    }
  }
}
