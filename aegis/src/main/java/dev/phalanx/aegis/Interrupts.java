package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/**
 * The interrupts that scopes give to one thread: a deadline that passes, a group that stops. A
 * thread's own interrupt is one flag for all of them; here they are counted, so that a deadline
 * that is left takes back its own interrupt and no other's, and a shield holds off those from
 * outside.
 */
final class Interrupts {
  private final Thread thread;
  private int reasons; // guarded by this: given, and not taken back
  private int shields; // guarded by this
  private boolean heldOff; // guarded by this: an interrupt waits for the last shield to go

  Interrupts(Thread thread) {
    this.thread = thread;
  }

  /** The calling thread's: those of the scope around, if that scope is used on its own thread. */
  static Interrupts ofCaller(@Nullable Interrupts around) {
    Thread caller = Thread.currentThread();
    return around != null && around.thread == caller ? around : new Interrupts(caller);
  }

  /**
   * Those of the innermost scope that runs on the calling thread. A task may well use a scope from
   * further out; what it then sets up must be counted, and shielded, with what is set up already.
   */
  static @Nullable Interrupts innermost(@Nullable Interrupts around) {
    Interrupts current = Context.interrupts();
    return current != null && current.thread == Thread.currentThread() ? current : around;
  }

  /** Inside a shield: from outside, nothing comes through. */
  Interrupts inside() {
    return new Interrupts(thread);
  }

  /** Interrupts the thread, now or when no shield is up. Any thread. */
  synchronized void give() {
    reasons++;
    interrupt();
  }

  /** Undoes one {@link #give}. By the thread itself. */
  synchronized void takeBack() {
    reasons--;
    if (shields == 0) {
      Thread.interrupted();
    }
    heldOff = false;
    if (reasons > 0) {
      interrupt();
    }
  }

  /**
   * Holds off an interrupt that is there, and those given until {@link #lowerShield}. By the thread
   * itself.
   */
  synchronized void raiseShield() {
    shields++;
    heldOff |= Thread.interrupted();
  }

  /** Lets through what was held off. By the thread itself. */
  synchronized void lowerShield() {
    shields--;
    if (shields == 0 && heldOff) {
      heldOff = false;
      thread.interrupt();
    }
  }

  private void interrupt() {
    if (shields == 0) {
      thread.interrupt();
    } else {
      heldOff = true;
    }
  }
}
