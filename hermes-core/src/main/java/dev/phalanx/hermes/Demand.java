package dev.phalanx.hermes;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What some subscriber needs to be done to a message, and is done once for all of them, on the
 * publisher's thread, so that no lane has to.
 */
sealed interface Demand permits Deflation.Form, Demand.Key {
  void meet(Publication publication);

  /** A key by which the latest is kept. */
  record Key(Function<WsMessage, @Nullable Object> function) implements Demand {
    @Override
    public void meet(Publication publication) {
      publication.key(this);
    }
  }

  /** What a subscription of a member needs. */
  static List<Demand> of(Member member, Subscription subscription) {
    List<Demand> all = new ArrayList<>(2);
    if (member.form != null) {
      all.add(member.form);
    }
    if (subscription.whenSlow() instanceof SlowPolicy.KeepLatest latest) {
      all.add(new Key(latest.key()));
    }
    return all;
  }
}
