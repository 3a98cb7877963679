package dev.phalanx.transport;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads with a scheduler of ours, where the JDK lets us: it has them, but no public way
 * to ask for one. {@code --add-opens java.base/java.lang=ALL-UNNAMED} opens it, or the manifest of
 * an executable jar. Any thread.
 */
final class CarriedThreads {
  private static final @Nullable CarriedThreads FOUND = find();

  private final MethodHandle newBuilder;
  private final Executor jdkScheduler;

  private CarriedThreads(MethodHandle newBuilder, Executor jdkScheduler) {
    this.newBuilder = newBuilder;
    this.jdkScheduler = jdkScheduler;
  }

  /** Null where the JDK isn't open. */
  static @Nullable CarriedThreads found() {
    return FOUND;
  }

  /** What to tell the JVM, so that it is. */
  static String remedy() {
    String to =
        CarriedThreads.class.getModule().isNamed() ? "dev.phalanx.transport" : "ALL-UNNAMED";
    return "--add-opens java.base/java.lang=" + to;
  }

  private static @Nullable CarriedThreads find() {
    try {
      Constructor<?> builder =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      Field scheduler =
          Class.forName("java.lang.VirtualThread").getDeclaredField("DEFAULT_SCHEDULER");
      if (!builder.trySetAccessible() || !scheduler.trySetAccessible()) {
        return null;
      }
      MethodHandle newBuilder =
          MethodHandles.lookup()
              .unreflectConstructor(builder)
              .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
      return new CarriedThreads(newBuilder, (Executor) scheduler.get(null));
    } catch (ReflectiveOperationException | RuntimeException e) { // another JDK than those we know
      return null;
    }
  }

  /** A virtual thread, and all that it starts without saying otherwise, on a scheduler. */
  Thread unstarted(Executor scheduler, String name, Runnable task) {
    try {
      Thread.Builder.OfVirtual builder =
          (Thread.Builder.OfVirtual) newBuilder.invokeExact(scheduler);
      return builder.name(name).unstarted(task);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // the constructor declares none
    }
  }

  /** The scheduler of the JDK's own virtual threads. */
  Executor jdkScheduler() {
    return jdkScheduler;
  }
}
