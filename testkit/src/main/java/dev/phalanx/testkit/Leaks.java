package dev.phalanx.testkit;

import dev.phalanx.hermes.WsGateway;
import dev.phalanx.transport.memory.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a test has left behind. */
final class Leaks {
  private final List<String> found = new ArrayList<>();

  void found(String what) {
    found.add(what);
  }

  void handler(Thread thread) {
    found.add(Stacks.of("a handler that should have ended", thread));
    thread.interrupt(); // so that going down need not wait for it
  }

  /** Waits for handlers to end; those that don't are left behind. */
  void handlers(Collection<Thread> running) {
    long deadline = System.nanoTime() + World.PATIENCE.toNanos();
    for (Thread thread : running) {
      try {
        if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
          handler(thread);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        handler(thread);
        return;
      }
    }
  }

  void buffers(List<String> reports) {
    reports.forEach(report -> found.add("a buffer of Netty's, never released: " + report));
  }

  void gateway(WsGateway gateway) {
    int connections = gateway.count();
    int topics = gateway.topicCount();
    if (connections > 0 || topics > 0) {
      found.add(
          "in the gateway, connections: " + connections + ", topics with subscribers: " + topics);
    }
  }

  void timers(VirtualClock clock) {
    List<String> pending = clock.pending();
    if (!pending.isEmpty()) {
      found.add("timers that still wait: " + String.join("; ", pending));
    }
  }

  void failIfAny() {
    if (!found.isEmpty()) {
      throw new AssertionError("left behind:\n- " + String.join("\n- ", found));
    }
  }
}
