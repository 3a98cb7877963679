package dev.phalanx.stoa;

import dev.phalanx.http.Upgrade;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The upgraded connections, so that they can be told when the server goes down. Any thread. */
final class Sessions {
  private final Map<Upgrade.Session, Boolean> running = new ConcurrentHashMap<>();
  private volatile boolean goingAway;

  /** Runs a session that has been opened, to its end. */
  void run(Upgrade.Session session) {
    running.put(session, true);
    try {
      if (goingAway) { // after it was put: either this sees it, or goAway() sees the session
        session.goAway();
      }
      session.run();
    } finally {
      running.remove(session);
    }
  }

  void goAway() {
    goingAway = true;
    running.keySet().forEach(Upgrade.Session::goAway);
  }

  /** Those that still run wait for a peer, or their handlers do for whatever they do. */
  void cutOff() {
    running.keySet().forEach(Upgrade.Session::cutOff);
  }
}
