package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is known to a gateway, and hears what: connections come, subscribe, unsubscribe, and are
 * taken out. Any thread but an event loop's, except for {@link #forget}.
 */
final class Subscriptions {
  /** So many subscriptions of a connection that has gone are ended before others have a turn. */
  private static final int PORTION = 256;

  private final Members members;
  private final Topics topics;
  private final Retained retained;
  private final Hooks hooks;
  private final Departures departures = new Departures(this::takeSomeOut);

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
    Member member = members.find(connection.id());
    if (member != null) {
      while (!takeOut(member)) {}
      hooks.ended(connection, told(member));
    }
  }

  /** A connection has gone: it is taken out soon. An event loop calls this, which never waits. */
  void forget(Link link) {
    Member member = members.find(link.id());
    if (member != null) {
      departures.add(member, link.connection());
    }
  }

  /** Has the connections taken out that were collected. */
  void purge() {
    members.forgotten(member -> departures.add(member, null));
    departures.hasten();
  }

  /** Takes out all connections that have gone before now. */
  void settle() {
    purge();
    departures.settle();
  }

  private boolean takeSomeOut(Departures.Departure departure) {
    Member member = departure.member();
    if (!takeOut(member)) {
      return true;
    }
    WsConnection connection = departure.connection();
    List<Seat> told = told(member);
    if (connection == null) {
      hooks.forgotten(member.id, told);
    } else {
      hooks.gone(connection, told);
    }
    return false;
  }

  /** Ends some of a member's subscriptions; true once there are none, and it is out. */
  private boolean takeOut(Member member) {
    synchronized (member) {
      List<Seat> seats = member.last();
      int end = Math.min(seats.size(), member.givenUp + PORTION);
      for (; member.givenUp < end; member.givenUp++) {
        Seat seat = seats.get(member.givenUp);
        if (seat.isSeated) {
          topics.leave(seat, null);
        }
      }
      if (end < seats.size()) {
        return false;
      }
      if (member.seat.isSeated) {
        member.branch.everyone().exit(member.seat, new Step.Gone(member, seats));
      }
    }
    members.remove(member);
    member.branch.wake();
    return true;
  }

  /** The subscriptions of whose end hooks are to hear; each is told once. */
  private static List<Seat> told(Member member) {
    synchronized (member) {
      if (member.isTold) {
        return List.of();
      }
      List<Seat> told = member.last().stream().filter(Seat::ended).toList();
      member.isTold = true;
      return told;
    }
  }

  // ---- subscriptions ----

  void subscribe(WsConnection connection, Member member, Subscription subscription) {
    hooks.before(connection, subscription);
    Seat seat = newSeat(connection.link(), member, subscription);
    if (seat != null) {
      hooks.began(connection, subscription, seat);
    }
  }

  /** The seat that a member takes; null if it has gone, or had it already. */
  private @Nullable Seat newSeat(Link link, Member member, Subscription subscription) {
    member.branch.awaitRoom(); // steps of any kind pile up on a lane that is behind
    Seat seat;
    synchronized (member) {
      if (member.isOut() || link.isGone()) {
        return null;
      }
      Seat known = member.seat(subscription);
      if (known != null && known.isSeated) {
        known.subscription = subscription; // its policy and limits hold from now on
        return null;
      }
      seat = topics.join(member, subscription, retained);
    }
    member.branch.wake();
    return seat;
  }

  void unsubscribe(WsConnection connection, String... names) {
    Member member = members.find(connection.id());
    if (member == null) {
      return;
    }
    member.branch.awaitRoom();
    List<Seat> ended = new ArrayList<>(names.length);
    synchronized (member) {
      for (String name : names) {
        for (Seat seat : member.isOut() ? List.<Seat>of() : member.seats(name)) {
          if (seat.isSeated) {
            topics.leave(seat, new Step.Leave(seat));
            if (seat.ended()) {
              ended.add(seat);
            }
          }
          member.stand(seat);
        }
      }
    }
    member.branch.wake();
    hooks.ended(connection, ended);
  }
}
