package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.Trace;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Whether anybody may listen to spans. No, until a first application is given a trace or Flight
 * Recorder is first used; then, for good, perhaps. To the JIT compiler the answer is a constant, so
 * that nothing of a span is left where nobody has ever listened; a look at a field would leave 1 to
 * 2 ns of it in a dispatch.
 */
final class Listening {
  private static final MutableCallSite ANSWER =
      new MutableCallSite(MethodHandles.constant(boolean.class, false));
  private static final MethodHandle PERHAPS = ANSWER.dynamicInvoker();

  static {
    FlightRecorder.addListener(
        new FlightRecorderListener() {
          @Override
          public void recorderInitialized(FlightRecorder recorder) { // or it had been before
            begins();
          }
        });
  }

  private Listening() {}

  static boolean perhaps() {
    try {
      return (boolean) PERHAPS.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError("a constant doesn't fail", e);
    }
  }

  /** An application has been given a trace. */
  static void to(Trace trace) {
    if (!Trace.off().equals(trace)) {
      begins();
    }
  }

  private static void begins() {
    ANSWER.setTarget(MethodHandles.constant(boolean.class, true));
    MutableCallSite.syncAll(new MutableCallSite[] {ANSWER}); // all threads see it from here on
  }
}
