package dev.phalanx.hermes;

import dev.phalanx.http.BackgroundLogger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Finds which of the messages that wait by a {@code keepLatest} subscription replace which. The
 * key's function, and the {@code equals} of its keys, are the user's: a virtual thread calls them,
 * for some messages at a time. The lane then makes the replacements. Lane-confined, except for what
 * is marked.
 */
final class LatestByKey {
  private static final BackgroundLogger log = BackgroundLogger.of(WsGateway.class.getName());

  private final Lag lag;
  private final Backlog backlog;
  private List<Waiting> added = new ArrayList<>();
  private boolean isListed; // the backlog will have the keys of what was added found
  private boolean isBusy; // a virtual thread has some of them

  // the virtual thread's, of which there is one at a time
  private final Map<Object, Waiting> latest = new HashMap<>();
  private int cleaned = 16; // entries that were left when it was last cleaned

  LatestByKey(Lag lag, Backlog backlog) {
    this.lag = lag;
    this.backlog = backlog;
  }

  /** Adds a message whose key is to be found; true if the backlog is to list this. */
  boolean add(Waiting waiting) {
    added.add(waiting);
    boolean isNew = !isListed && !isBusy;
    isListed = true;
    return isNew;
  }

  /** Has the keys found, on a virtual thread, if more than one message still waits. */
  void find(Link link) {
    isListed = false;
    List<Waiting> some = added;
    some.removeIf(waiting -> waiting.isOut);
    if (isBusy || some.isEmpty() || lag.isSingle()) {
      return;
    }
    Function<WsMessage, @Nullable Object> function = function();
    try {
      // All that is needed to tell the lane is made first: once the thread has begun, nothing of it
      // may fail.
      List<Waiting> more = new ArrayList<>();
      @Nullable Waiting[] older = new @Nullable Waiting[some.size()];
      Runnable found = () -> found(link, some, older);
      Runnable work =
          () -> {
            try {
              findOlder(link.id(), some, function, older);
            } catch (RuntimeException | Error e) { // messages that it had not come to have no key
              log.log(Level.ERROR, "Keys for keepLatest could not be found", e);
            } finally {
              BackgroundTask.bring(link.lane(), found);
            }
          };
      Thread.ofVirtual().name("keys " + link.id()).start(work);
      added = more;
      isBusy = true;
    } catch (RuntimeException
        | Error e) { // no memory, say: with the next message it is tried again
      log.log(Level.ERROR, "No thread could be started to find keys for keepLatest", e);
    }
  }

  /** Which may be another by now; a policy without keys keeps all beside one another. */
  private Function<WsMessage, @Nullable Object> function() {
    return lag.seat.subscription.whenSlow() instanceof SlowPolicy.KeepLatest latest
            && latest.key() != null
        ? latest.key()
        : message -> null;
  }

  private void found(Link link, List<Waiting> some, @Nullable Waiting[] older) {
    isBusy = false;
    for (int i = 0; i < some.size(); i++) {
      backlog.keyFound(some.get(i), older[i]);
    }
    if (!added.isEmpty()) {
      find(link);
    }
  }

  // ---- the virtual thread ----

  /** Finds for each message the one that had its key before; null where there is none. */
  private void findOlder(
      String id,
      List<Waiting> some,
      Function<WsMessage, @Nullable Object> function,
      @Nullable Waiting[] older) {
    clean();
    Throwable failure = null;
    for (int i = 0; i < older.length; i++) {
      Waiting waiting = some.get(i);
      try {
        WsMessage message = waiting.unkeyed; // null if it has gone out meanwhile
        Object key = message == null ? null : function.apply(message);
        older[i] = key == null ? null : latest.put(key, waiting);
      } catch (RuntimeException | Error e) { // of the user's: this message has no key
        failure = e;
      }
    }
    if (failure != null) {
      log.log(Level.WARN, id + ": keepLatest: no key of a message", failure);
    }
  }

  /** Forgets keys of which nothing waits any more. */
  private void clean() {
    if (latest.size() > 2 * cleaned) {
      latest.values().removeIf(waiting -> waiting.place().isOut);
      cleaned = Math.max(16, latest.size());
    }
  }
}
