package dev.phalanx.styx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Whether a channel has been full and is not relieved yet, and who is told. Any thread may set and
 * clear it. Each change is owed one call, of the two in turn; who finds nothing owed makes the
 * calls until nothing is, so that they alternate and never overlap.
 */
final class Pressure {
  private static final VarHandle ON;
  private static final VarHandle OWED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      ON = lookup.findVarHandle(Pressure.class, "on", boolean.class);
      OWED = lookup.findVarHandle(Pressure.class, "owed", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Runnable whenOn;
  private final Runnable whenOff;
  private volatile boolean on;
  private volatile int owed; // changes that have not been told
  private boolean told; // what was told last; of him who makes the calls

  Pressure(Runnable whenOn, Runnable whenOff) {
    this.whenOn = whenOn;
    this.whenOff = whenOff;
  }

  boolean isOn() {
    return on;
  }

  void set() {
    if (ON.compareAndSet(this, false, true)) {
      tell();
    }
  }

  /**
   * Clears it.
   *
   * @param first done before anybody is told, by whoever it was that cleared it
   */
  void clear(Runnable first) {
    if (ON.compareAndSet(this, true, false)) {
      first.run();
      tell();
    }
  }

  private void tell() {
    if ((int) OWED.getAndAdd(this, 1) == 0) {
      do {
        told = !told;
        (told ? whenOn : whenOff).run();
      } while ((int) OWED.getAndAdd(this, -1) > 1);
    }
  }
}
