package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is known to a gateway, and hears what: connections come, subscribe, unsubscribe, and are
 * taken out. Any thread.
 */
final class Subscriptions {
  private final Members members;
  private final Topics topics;
  private final Retained retained;
  private final Hooks hooks;

  Subscriptions(Members members, Topics topics, Retained retained, Hooks hooks) {
    this.members = members;
    this.topics = topics;
    this.retained = retained;
    this.hooks = hooks;
  }

  // ---- connections ----

  /** The member that a connection is, or becomes. */
  Member member(WsConnection connection) {
    purge();
    return members.of(connection);
  }

  /** Takes a connection out. */
  void unregister(WsConnection connection) {
    Member member = members.remove(connection.id());
    if (member != null) {
      hooks.ended(connection, takeOut(member));
    }
  }

  /** A connection has gone. Never blocks: an event loop calls it. */
  void forget(String id) {
    Member member = members.remove(id);
    if (member != null) {
      Link link = member.get();
      WsConnection connection = link == null ? null : link.connection();
      List<Seat> ended = takeOut(member);
      if (connection != null) {
        hooks.gone(connection, ended);
      }
    }
  }

  /** Takes out those who are forgotten. */
  void purge() {
    members.purge(member -> hooks.forgotten(member.id, takeOut(member)));
  }

  /** Takes a member out; the seats of whose end hooks are to hear. */
  private List<Seat> takeOut(Member member) {
    synchronized (member) {
      member.isOut = true;
      List<Seat> ended = member.seats();
      ended.forEach(topics::leave);
      ended.removeIf(seat -> !seat.ended());
      member.branch.everyone().exit(Demand.of(member, member.seat.subscription));
      member.branch.give(new Step.Gone(member));
      return ended;
    }
  }

  // ---- subscriptions ----

  void subscribe(WsConnection connection, Member member, Subscription subscription) {
    hooks.before(connection, subscription);
    Seat seat = newSeat(member, subscription);
    if (seat != null) {
      hooks.began(connection, subscription, seat);
    }
  }

  /** The seat that a member takes; null if it has gone, or had it already. */
  private @Nullable Seat newSeat(Member member, Subscription subscription) {
    member.branch.awaitRoom(); // steps of any kind pile up on a lane that is behind
    synchronized (member) {
      if (member.isOut) {
        return null;
      }
      Seat known = member.seat(subscription);
      if (known == null) {
        return topics.join(member, subscription, retained);
      }
      if (!known.subscription.equals(subscription)) {
        topics.change(known, subscription);
      }
      return null;
    }
  }

  void unsubscribe(WsConnection connection, String... names) {
    Member member = members.find(connection);
    if (member == null) {
      return;
    }
    member.branch.awaitRoom();
    List<Seat> ended = new ArrayList<>(names.length);
    synchronized (member) {
      for (String name : names) {
        for (Seat seat : member.isOut ? List.<Seat>of() : member.leave(name)) {
          topics.leave(seat);
          member.branch.give(new Step.Leave(seat));
          if (seat.ended()) {
            ended.add(seat);
          }
        }
      }
    }
    hooks.ended(connection, ended);
  }
}
