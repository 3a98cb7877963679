package dev.phalanx.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * For tests: finds Netty's buffers that were thrown away without being released. Each buffer is
 * tracked from {@link #begin} on, which costs time. Any thread.
 */
public final class BufferWatch {
  /** So many reports wait to be taken; more of them would tell nothing new. */
  private static final int MAX_REPORTS = 100;

  /** The garbage collector need not come when it is asked to. */
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  private static final BlockingQueue<String> REPORTS = new LinkedBlockingQueue<>(MAX_REPORTS);

  private BufferWatch() {}

  /** Made once: a detector that was made before stays what it is. */
  private static final class Installed {
    private static final ResourceLeakDetectorFactory FACTORY = new Factory();

    private static void install() {
      ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(FACTORY);
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }
  }

  /**
   * Begins to watch. Must come before Netty has made its first buffer in this process; else nothing
   * is found, and Netty's own detector goes on as it was set.
   */
  public static void begin() {
    Installed.install();
  }

  /**
   * Has the garbage collector look for what was thrown away.
   *
   * @return Netty's reports on what was found since the last call, with where each buffer was used
   */
  public static List<String> leaks() {
    for (int round = 0; round < 2; round++) { // what one round finds may have held on to more
      collect();
      ByteBufAllocator.DEFAULT.directBuffer(1).release(); // detectors report when one is made
    }
    return reported();
  }

  /** The same, but for what the garbage collector has found by itself: this takes no time. */
  public static List<String> reported() {
    List<String> found = new ArrayList<>();
    REPORTS.drainTo(found);
    return found;
  }

  private static void collect() {
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    WeakReference<Object> canary = new WeakReference<>(new Object(), collected);
    long begun = System.nanoTime();
    try {
      do {
        System.gc();
      } while (collected.remove(10) == null && System.nanoTime() - begun < PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Reference.reachabilityFence(canary); // else nobody hears of it
    }
  }

  private static final class Factory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // abstract in Netty, and called by what is not
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      return new Detector<>(resource, samplingInterval);
    }
  }

  /** Reports here, and to the log as ever. */
  private static final class Detector<T> extends ResourceLeakDetector<T> {
    @SuppressWarnings("deprecation") // for whoever subclasses it there is no other way
    Detector(Class<T> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
      super.reportTracedLeak(resource, records);
      REPORTS.offer(resource + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
      super.reportUntracedLeak(resource);
      REPORTS.offer(resource);
    }
  }
}
