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

  @Nullable Member find(WsConnection connection) {
    return all.get(connection.id());
  }

  /** The member that a connection is, or becomes. */
  Member of(WsConnection connection) {
    Member known = find(connection);
    if (known != null) {
      return known;
    }
    Link link = connection.link();
    Branch branch = link.meet(branchFor(link));
    Member member = all.computeIfAbsent(connection.id(), id -> added(id, link, branch));
    if (link.isGone()) { // after adding it: either this sees gone, or its end sees the member
      gateway.forget(connection.id());
    }
    return member;
  }

  private Member added(String id, Link link, Branch branch) {
    Member member = new Member(id, link, branch, forgotten);
    branch.everyone().enter(Demand.of(member, member.seat.subscription));
    branch.give(new Step.Join(member.seat, List.of()));
    return member;
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

  /** Takes a connection out; null if it isn't known. */
  @Nullable Member remove(String id) {
    return all.remove(id);
  }

  /** Passes on the members that the garbage collector has found forgotten. */
  void purge(Consumer<Member> taker) {
    Reference<? extends Link> reference;
    while ((reference = forgotten.poll()) != null) {
      if (reference instanceof Member member && all.remove(member.id, member)) {
        taker.accept(member);
      }
    }
  }
}
