package dev.phalanx.hermes;

import dev.phalanx.http.Lane;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final Map<String, Member> members = new ConcurrentHashMap<>(); // by connection id
  private final Map<String, Roster> topics = new ConcurrentHashMap<>(); // the first lane's of each
  private final List<WeakReference<Branch>> branches = new CopyOnWriteArrayList<>();
  private final ReferenceQueue<Link> forgotten = new ReferenceQueue<>();
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
        if (member.topic(name) == null) {
          join(name, member, connection.link());
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
        Seat seat = member.leave(name);
        if (seat != null) {
          leave(name, seat);
          member.branch.give(new Step.Leave(seat));
        }
      }
    }
  }

  /**
   * Publishes to all subscribers of a topic.
   *
   * @return to how many it was handed; which of them then read too slowly is counted elsewhere
   * @throws IllegalArgumentException if the message is a Close
   */
  public int publish(String topic, WsMessage message) {
    return publish(topic, message, null);
  }

  /**
   * Publishes to all subscribers of a topic but one, usually the one who said it.
   *
   * @return to how many it was handed; which of them then read too slowly is counted elsewhere
   * @throws IllegalArgumentException if the message is a Close
   */
  public int publish(String topic, WsMessage message, @Nullable WsConnection exclude) {
    purge();
    Publication publication = new Publication(message);
    Roster first = topics.get(topic);
    if (first == null) {
      return 0;
    }
    Member excluded = exclude == null ? null : members.get(exclude.id());
    int count = excluded != null && hears(excluded, topic) ? -1 : 0;
    for (Roster roster = first; roster != null; roster = roster.next) {
      roster.prepare(publication);
    }
    for (Roster roster = first; roster != null; roster = roster.next) {
      count += deliver(roster, publication, excluded);
    }
    return Math.max(0, count);
  }

  private static boolean hears(Member member, String topic) {
    synchronized (member) {
      return member.topic(topic) != null;
    }
  }

  /**
   * Publishes to every connection that is known.
   *
   * @return to how many it was handed
   * @throws IllegalArgumentException if the message is a Close
   */
  public int broadcast(WsMessage message) {
    purge();
    Publication publication = new Publication(message);
    List<Branch> all = branches();
    all.forEach(branch -> branch.everyone().prepare(publication));
    int count = 0;
    for (Branch branch : all) {
      count += deliver(branch.everyone(), publication, null);
    }
    return count;
  }

  private static int deliver(Roster roster, Publication publication, @Nullable Member exclude) {
    int count = roster.count();
    if (count > 0) {
      Branch branch = roster.branch;
      branch.awaitRoom();
      boolean isOurs = exclude != null && exclude.branch == branch;
      branch.give(new Step.Publish(roster, publication, isOurs ? exclude : null));
    }
    return count;
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
    int count = 0;
    for (Roster roster = topics.get(topic); roster != null; roster = roster.next) {
      count += roster.count();
    }
    return count;
  }

  /** How many subscribers were closed because they read too slowly. */
  public long overflows() {
    return overflows.sum();
  }

  void overflowed() {
    overflows.increment();
  }

  // ---- members ----

  private Member member(WsConnection connection) {
    purge();
    Member known = members.get(connection.id());
    if (known != null) {
      return known;
    }
    Link link = connection.link();
    Branch branch = link.meet(branchFor(link));
    Member member =
        members.computeIfAbsent(
            connection.id(),
            id -> {
              Member added = new Member(id, link, branch, forgotten);
              branch.everyone().enter(link.deflation());
              branch.give(new Step.Join(added.seat));
              return added;
            });
    if (link.isGone()) { // after adding it: either this sees gone, or its end sees the member
      forget(connection.id());
    }
    return member;
  }

  private Branch branchFor(Link link) {
    Branch known = link.branchOf(this);
    return known == null ? branchOn(link.lane()) : known;
  }

  private synchronized Branch branchOn(Lane lane) {
    for (Branch branch : branches()) {
      if (branch.lane().equals(lane)) {
        return branch;
      }
    }
    branches.removeIf(reference -> reference.refersTo(null));
    Branch added = new Branch(this, lane);
    branches.add(new WeakReference<>(added)); // its connections hold it, and so does what it owes
    return added;
  }

  private List<Branch> branches() {
    List<Branch> alive = new ArrayList<>(branches.size());
    for (WeakReference<Branch> reference : branches) {
      Branch branch = reference.get();
      if (branch != null) {
        alive.add(branch);
      }
    }
    return alive;
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
      member.seats().forEach(this::leave);
      member.branch.everyone().exit(member.form);
      member.branch.give(new Step.Gone(member));
    }
  }

  /** Takes out what the garbage collector has found forgotten. */
  private void purge() {
    Reference<? extends Link> reference;
    while ((reference = forgotten.poll()) != null) {
      if (reference instanceof Member member && members.remove(member.id, member)) {
        takeOut(member);
      }
    }
  }

  // ---- topics; under the member's monitor ----

  private void join(String name, Member member, Link link) {
    topics.compute(
        name,
        (key, first) -> {
          Roster its = onBranch(member.branch, first);
          boolean isNew = its == null;
          if (its == null) {
            its = new Roster(member.branch, first);
          }
          its.enter(link.deflation());
          Seat seat = new Seat(member, its);
          member.join(key, seat);
          member.branch.give(new Step.Join(seat));
          return isNew ? its : first;
        });
  }

  private static @Nullable Roster onBranch(Branch branch, @Nullable Roster first) {
    Roster roster = first;
    while (roster != null && roster.branch != branch) {
      roster = roster.next;
    }
    return roster;
  }

  private void leave(String name, Seat seat) {
    topics.computeIfPresent(
        name,
        (key, first) -> seat.roster.exit(seat.member.form) ? without(seat.roster, first) : first);
  }

  private static @Nullable Roster without(Roster roster, Roster first) {
    if (roster == first) {
      return first.next;
    }
    Roster before = first;
    Roster next = before.next;
    while (next != null && next != roster) {
      before = next;
      next = before.next;
    }
    before.next = roster.next;
    return first;
  }
}
