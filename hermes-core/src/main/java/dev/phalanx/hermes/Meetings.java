package dev.phalanx.hermes;

import java.util.Arrays;
import java.util.List;
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

  /** A branch with something that the calling thread may have published; null if there is none. */
  @Nullable Branch busy() {
    return busyFrom(0);
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
   * What does something after all that the calling thread has published.
   *
   * @param busy where the step is left: the first branch that is busy
   */
  Step behind(Branch busy, Runnable task, int cost) {
    return new Step.Behind(
        () -> {
          Branch next = busyFrom(branches.indexOf(busy) + 1);
          if (next == null) {
            task.run();
          } else {
            pass(next, task, cost);
          }
        },
        cost);
  }

  /** Passes it on to the next branch. Lane. */
  private void pass(Branch next, Runnable task, int cost) {
    try {
      next.push(behind(next, task, cost));
    } catch (RuntimeException | Error e) { // no memory: better too early than never
      task.run();
      throw e;
    }
    next.wake();
  }
}
