package dev.phalanx.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks guards in turn.
 *
 * @param guards at least one
 */
record AnyGuard(List<Guard> guards) implements Guard {

  AnyGuard {
    if (guards.isEmpty()) {
      throw new IllegalArgumentException("anyOf needs at least one guard");
    }
  }

  @Override
  public Verdict check(RequestScope scope) throws Exception {
    Set<Challenge> challenges = new LinkedHashSet<>(); // two guards of a kind challenge once
    boolean refused = false;
    for (Guard guard : guards) {
      switch (guard.check(scope)) {
        case Verdict.Granted granted -> {
          return granted;
        }
        case Verdict.Malformed malformed -> {
          return malformed;
        }
        case Verdict.Refused(List<Challenge> more) -> {
          refused = true;
          challenges.addAll(more);
        }
        case Verdict.Missing(List<Challenge> more) -> challenges.addAll(more);
      }
    }
    List<Challenge> all = new ArrayList<>(challenges);
    return refused ? new Verdict.Refused(all) : new Verdict.Missing(all);
  }
}
