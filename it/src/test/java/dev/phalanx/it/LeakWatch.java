package dev.phalanx.it;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the build when Netty finds a buffer that was thrown away without being released: it says so
 * in its log, once the garbage collector has found it. JUnit puts this around all tests of the
 * module, and closes {@link Watch} after the last.
 */
public final class LeakWatch implements BeforeAllCallback {
  /** Leaks with this in their hints are meant: {@link LeakWatchTest} has one. */
  static final String DELIBERATE = "a deliberate leak";

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(Watch.class, key -> new Watch(false), Watch.class);
  }

  /** Listens to Netty's detector until it is closed. */
  static final class Watch extends Handler implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(ResourceLeakDetector.class.getName());

    private final List<String> leaks = new CopyOnWriteArrayList<>();
    private final boolean deliberate;

    /**
     * Begins to listen.
     *
     * @param deliberate whether to hear of those leaks that are meant, or of all others
     */
    Watch(boolean deliberate) {
      this.deliberate = deliberate;
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
      LOGGER.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
      String message = String.valueOf(entry.getMessage());
      if (message.startsWith("LEAK") && message.contains(DELIBERATE) == deliberate) {
        leaks.add(message);
      }
    }

    @Override
    public void flush() {}

    /**
     * Has the garbage collector look for what was thrown away.
     *
     * @throws AssertionError with Netty's report, if there was a leak
     */
    @Override
    public void close() {
      for (int i = 0; i < 3; i++) { // what one round finds may have held on to more
        collect();
        ByteBufAllocator.DEFAULT.directBuffer(1).release(); // the detector reports when one is made
      }
      LOGGER.removeHandler(this);
      if (!leaks.isEmpty()) {
        throw new AssertionError(
            leaks.size() + " of Netty's buffers leaked; one of them:\n" + leaks.getFirst());
      }
    }

    private static void collect() {
      WeakReference<Object> canary = new WeakReference<>(new Object());
      await()
          .until(() -> {
            System.gc();
            return canary.refersTo(null);
          });
    }
  }
}
