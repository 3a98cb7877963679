package dev.phalanx.it;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * What came of the tests of a class, run by JUnit within a test.
 *
 * @param succeeded how many
 * @param failures why the others did not
 */
record TestRun(long succeeded, List<Throwable> failures) {
  private static final AtomicInteger RUNNING = new AtomicInteger();

  /** For {@code EnabledIf}: tests that are only to be run from here. */
  static boolean isRunning() {
    return RUNNING.get() > 0;
  }

  static TestRun of(Class<?> tests) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    RUNNING.incrementAndGet();
    try {
      LauncherFactory.create(LauncherConfig.builder().build())
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(DiscoverySelectors.selectClass(tests))
                  .build(),
              listener);
    } finally {
      RUNNING.decrementAndGet();
    }
    TestExecutionSummary summary = listener.getSummary();
    return new TestRun(
        summary.getTestsSucceededCount(),
        summary.getFailures().stream().map(TestExecutionSummary.Failure::getException).toList());
  }
}
