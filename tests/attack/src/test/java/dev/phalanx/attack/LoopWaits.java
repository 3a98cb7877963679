package dev.phalanx.attack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** The waits of event loops in a recording of JDK Flight Recorder. */
final class LoopWaits {
  /** The events that say that a thread has waited. */
  static final List<String> EVENTS =
      List.of(
          "jdk.JavaMonitorEnter",
          "jdk.JavaMonitorWait",
          "jdk.ThreadPark",
          "jdk.VirtualThreadPinned");

  /** The methods that drive an event loop: one of them is on each of its stacks. */
  static final Set<String> LOOP =
      Set.of(
          "dev.phalanx.transport.VirtualEventLoop.run",
          "dev.phalanx.transport.VirtualEventLoop.driveAsDeputy");

  /**
   * The waits that are meant, each by a method that is on the stack, and the reason. A lock belongs
   * here only if no thread can hold it while that thread itself waits.
   */
  static final Map<String, String> ALLOWED =
      Map.of(
          "dev.phalanx.transport.VirtualEventLoop.park",
          "home or the deputy waits for its turn to drive the loop",
          "sun.security.provider.AbstractDrbg.engineNextBytes",
          "the random numbers of TLS alone: only computed under the monitor, the seed is read before");

  /**
   * The same for methods that wait themselves: on the stack of a wait elsewhere they allow nothing,
   * since they also call listeners. One event loop accepts a connection and has another one
   * register it: Netty has both of them enter the promise's monitor, where each takes a few steps.
   */
  static final Set<String> ALLOWED_AT_TOP =
      Set.of(
          "io.netty.util.concurrent.DefaultPromise.addListener",
          "io.netty.util.concurrent.DefaultPromise.checkNotifyWaiters",
          "io.netty.util.concurrent.DefaultPromise.notifyListenersNow");

  private LoopWaits() {}

  /** The waits that aren't {@link #ALLOWED}: the stack of each kind, and how often it was seen. */
  static Map<String, Integer> in(Path recording) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        List<String> stack = stack(event);
        if (EVENTS.contains(event.getEventType().getName())
            && stack.stream().anyMatch(LOOP::contains)
            && !ALLOWED_AT_TOP.contains(stack.getFirst())
            && stack.stream().noneMatch(ALLOWED::containsKey)) {
          String kind = event.getEventType().getName() + "\n  " + String.join("\n  ", stack);
          found.merge(kind, 1, Integer::sum);
        }
      }
    }
    return found;
  }

  private static List<String> stack(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return List.of();
    }
    return event.getStackTrace().getFrames().stream().map(LoopWaits::method).toList();
  }

  private static String method(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }
}
