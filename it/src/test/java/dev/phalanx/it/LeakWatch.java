package dev.phalanx.it;

import dev.phalanx.transport.BufferWatch;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the build when a buffer of Netty's was thrown away without being released. JUnit puts this
 * around all tests of the module, and closes {@link Watch} after the last.
 */
public final class LeakWatch implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(Watch.class, key -> new Watch(), Watch.class);
  }

  /** Watches until it is closed. */
  static final class Watch implements AutoCloseable {
    Watch() {
      BufferWatch.begin();
    }

    /**
     * Looks what was found.
     *
     * @throws AssertionError with Netty's report, if there was a leak
     */
    @Override
    public void close() {
      List<String> leaks = BufferWatch.leaks();
      if (!leaks.isEmpty()) {
        throw new AssertionError(
            leaks.size() + " of Netty's buffers leaked; one of them:\n" + leaks.getFirst());
      }
    }
  }
}
