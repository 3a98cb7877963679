package dev.phalanx.transport;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.phalanx.http.Json;
import dev.phalanx.http.JsonException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All threads of the process at one time, virtual ones included: where each is, what it waits for,
 * and which locks it holds. Takes milliseconds for each thousand threads: for faults only.
 */
record ThreadDump(List<Entry> threads) {
  private static final int LINES = 24;

  /**
   * A thread.
   *
   * @param carrier whether a carrier runs the thread now, if it is virtual
   * @param waitsFor the lock, monitor or condition that the thread waits for; null if none
   * @param monitors the monitors that the thread holds
   */
  record Entry(
      long id,
      String name,
      String state,
      boolean carrier,
      @Nullable String waitsFor,
      List<String> monitors,
      List<String> stack) {

    /** The thread as lines for a log. */
    String describe() {
      StringBuilder text = new StringBuilder();
      text.append('"').append(name).append("\" ").append(state);
      if (waitsFor != null) {
        text.append(", waiting for ").append(waitsFor);
      }
      for (int i = 0; i < Math.min(LINES, stack.size()); i++) {
        text.append("\n\tat ").append(stack.get(i));
      }
      return text.toString();
    }
  }

  /**
   * Takes a dump.
   *
   * @throws IOException if there is no room for a temporary file, or the JDK's format has changed
   */
  static ThreadDump take() throws IOException {
    Path folder = Files.createTempDirectory("hermes-threads");
    Path file = folder.resolve("dump.json");
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), ThreadDumpFormat.JSON);
      return new ThreadDump(parse(Json.read(Files.readAllBytes(file), Map.class)));
    } catch (JsonException | ClassCastException e) {
      throw new IOException("the JDK's thread dump has another format", e);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static List<Entry> parse(Map<?, ?> json) {
    List<Entry> entries = new ArrayList<>();
    if (!(json.get("threadDump") instanceof Map<?, ?> dump)) {
      throw new ClassCastException("threadDump");
    }
    for (Object container : list(dump.get("threadContainers"))) {
      for (Object thread : list(((Map<?, ?>) container).get("threads"))) {
        entries.add(entry((Map<?, ?>) thread));
      }
    }
    return entries;
  }

  private static Entry entry(Map<?, ?> thread) {
    List<String> monitors = new ArrayList<>();
    for (Object owned : list(thread.get("monitorsOwned"))) {
      list(((Map<?, ?>) owned).get("locks")).forEach(lock -> monitors.add(String.valueOf(lock)));
    }
    Object waitsFor = thread.get("blockedOn");
    if (waitsFor == null && thread.get("parkBlocker") instanceof Map<?, ?> blocker) {
      waitsFor = blocker.get("object");
    }
    if (waitsFor == null) {
      waitsFor = thread.get("waitingOn");
    }
    return new Entry(
        Long.parseLong(String.valueOf(thread.get("tid"))),
        String.valueOf(thread.get("name")),
        String.valueOf(thread.get("state")),
        thread.get("carrier") != null,
        waitsFor == null ? null : String.valueOf(waitsFor),
        monitors,
        list(thread.get("stack")).stream().map(String::valueOf).toList());
  }

  private static List<?> list(@Nullable Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  /** A thread by its id; null if it has ended. */
  @Nullable Entry find(long id) {
    return first(thread -> thread.id == id);
  }

  /**
   * The thread that holds a monitor; null if none does. For a {@code Lock} there is no answer: the
   * JDK doesn't tell the owner of one.
   */
  @Nullable Entry holderOf(String monitor) {
    return first(thread -> thread.monitors.contains(monitor));
  }

  private @Nullable Entry first(Predicate<Entry> condition) {
    return threads.stream().filter(condition).findFirst().orElse(null);
  }

  /** The virtual threads that a carrier runs now. */
  List<Entry> mounted() {
    return threads.stream().filter(Entry::carrier).toList();
  }
}
