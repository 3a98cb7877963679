package dev.phalanx.hermes;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The branches of gateways that a connection has met. A thread that may have published to it in one
 * of them, and then sends to it or closes it, goes through that branch with it, for as long as that
 * is busy: so the one comes after the other. None is ever removed, since it may be busy still. Any
 * thread.
 */
final class Meetings {
  private volatile List<Branch> branches;

  Meetings(Branch first) {
    this.branches = List.of(first);
  }

  List<Branch> branches() {
    return branches;
  }

  /** The part of a gateway that knows the connection, or did; null if it has never met it. */
  @Nullable Branch of(WsGateway gateway) {
    for (Branch branch : branches) {
      if (branch.gateway() == gateway) {
        return branch;
      }
    }
    return null;
  }

  /** Adds a branch, unless its gateway has met the connection; which one it is. */
  synchronized Branch add(Branch branch) {
    Branch known = of(branch.gateway());
    if (known != null) {
      return known;
    }
    Branch[] all = branches.toArray(new Branch[branches.size() + 1]);
    all[all.length - 1] = branch;
    branches = List.copyOf(Arrays.asList(all));
    return branch;
  }

  /** Whether something that the calling thread has published may be on its way. */
  boolean isBusy() {
    return busyFrom(0) != null;
  }

  private @Nullable Branch busyFrom(int place) {
    List<Branch> all = branches;
    for (int i = place; i < all.size(); i++) {
      if (all.get(i).isBusy()) {
        return all.get(i);
      }
    }
    return null;
  }

  /**
   * Has the lane do something after what the calling thread has published.
   *
   * @param now does it if that is done already
   */
  void behind(Runnable task, int cost, Executor now) {
    Branch busy = busyFrom(0);
    if (busy == null) {
      now.execute(task);
    } else {
      give(busy, task, cost);
    }
  }

  private void give(Branch busy, Runnable task, int cost) {
    busy.give(
        new Step.Behind(
            () -> {
              Branch next = busyFrom(branches.indexOf(busy) + 1);
              if (next == null) {
                task.run();
              } else {
                give(next, task, cost);
              }
            },
            cost));
  }
}
