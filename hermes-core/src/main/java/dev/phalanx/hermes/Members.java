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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connections that a gateway knows, and its branches on their lanes. Any thread. */
final class Members {
  private final WsGateway gateway;
  private final int effortPerTurn;
  private final Map<String, Member> all = new ConcurrentHashMap<>(); // by connection id
  private final List<WeakReference<Branch>> branches = new CopyOnWriteArrayList<>();
  private final ReferenceQueue<Link> forgotten = new ReferenceQueue<>();

  Members(WsGateway gateway, int effortPerTurn) {
    this.gateway = gateway;
    this.effortPerTurn = effortPerTurn;
  }

  int size() {
    return all.size();
  }

  /** Never waits. */
  @Nullable Member find(String id) {
    return all.get(id);
  }

  /** The member that a connection is, or becomes. */
  Member of(WsConnection connection) {
    Member member = find(connection.id());
    if (member == null) {
      Link link = connection.link();
      Member added = new Member(link.id(), link, link.meet(branchFor(link)), forgotten);
      Member known = all.putIfAbsent(link.id(), added);
      member = known == null ? added : known;
    }
    if (!member.seat.isSeated) {
      enter(member);
    }
    if (connection.link().isGone()) { // after adding it: either this sees gone, or its end sees it
      gateway.forget(connection.link());
    }
    return member;
  }

  /** Counts a member among all of its branch; again, if an Error has struck where it was tried. */
  private static void enter(Member member) {
    synchronized (member) {
      if (!member.seat.isSeated && !member.isOut()) {
        member.branch.everyone().enter(member.seat, new Step.Join(member.seat, List.of()));
        member.seat.isSeated = true;
      }
    }
    member.branch.wake();
  }

  private Branch branchFor(Link link) {
    Branch known = link.branchOf(gateway);
    return known == null ? branchOn(link.lane()) : known;
  }

  private synchronized Branch branchOn(Lane lane) {
    for (Branch branch : branches()) {
      if (branch.lane().equals(lane)) {
        return branch;
      }
    }
    branches.removeIf(reference -> reference.refersTo(null));
    Branch added = new Branch(gateway, lane, effortPerTurn);
    branches.add(new WeakReference<>(added)); // its connections hold it, and so does what it owes
    return added;
  }

  List<Branch> branches() {
    List<Branch> alive = new ArrayList<>(branches.size());
    for (WeakReference<Branch> reference : branches) {
      Branch branch = reference.get();
      if (branch != null) {
        alive.add(branch);
      }
    }
    return alive;
  }

  /** A member has been taken out. */
  void remove(Member member) {
    all.remove(member.id, member);
  }

  /** Passes on the members that the garbage collector has found forgotten. */
  void forgotten(Consumer<Member> taker) {
    Reference<? extends Link> reference;
    while ((reference = forgotten.poll()) != null) {
      if (reference instanceof Member member && all.get(member.id) == member) {
        taker.accept(member);
      }
    }
  }
}
