package dev.phalanx.stoa;

import dev.phalanx.transport.HttpListener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A server that accepts connections. Any thread. */
public final class RunningServer implements AutoCloseable {
  private final HttpListener listener;
  private final Sessions sessions;
  private final RequestThreads threads;
  private final Duration shutdownTimeout;
  private final Runnable last;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();

  /**
   * A server that listens.
   *
   * @param last what follows when it has closed, before anybody who waits for that goes on
   */
  RunningServer(
      HttpListener listener,
      Sessions sessions,
      RequestThreads threads,
      Duration shutdownTimeout,
      Runnable last) {
    this.listener = listener;
    this.sessions = sessions;
    this.threads = threads;
    this.shutdownTimeout = shutdownTimeout;
    this.last = last;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** The port it listens at: the one that was found, if any was asked for. */
  public int port() {
    return address().getPort();
  }

  /**
   * The threads on which requests are being answered and connections handled just now: a copy, for
   * tests and for those who watch a server.
   */
  public Set<Thread> handlerThreads() {
    return threads.running();
  }

  /**
   * Waits until the process is told to end (SIGTERM, Ctrl-C) and the server has gone down, or until
   * somebody has closed it.
   *
   * @throws InterruptedException if the thread is interrupted; the server goes on then
   */
  public void awaitShutdown() throws InterruptedException {
    Thread hook = Thread.ofPlatform().name("hermes-shutdown").unstarted(this::close);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      closed.await();
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // the process is ending already: the hook is running, and its work is done
      }
    }
  }

  /**
   * Goes down in good order: accepts nothing more, closes WebSockets with 1001, waits for handlers
   * for as long as {@link Runner#shutdownTimeout} says, interrupts those that still run, and
   * reports by name, with their stack, those that won't end even so.
   *
   * <p>Idempotent. Returns when all is done, whoever began it; an interrupt of the calling thread
   * doesn't cut that short, and is kept. A handler of this server may call it, and is not waited
   * for then: as the first, it closes its own connection; as another, it returns at once.
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        goDown();
        last.run();
      } finally {
        closed.countDown();
      }
    } else if (!threads.isCurrent()) {
      awaitClosed();
    }
  }

  private void goDown() {
    try {
      listener.stopAccepting();
      sessions.goAway();
      threads.awaitAll(shutdownTimeout, sessions::cutOff);
    } finally {
      listener.close();
    }
  }

  /** Not for ever: each step of closing has its limit. */
  private void awaitClosed() {
    boolean interrupted = false;
    while (closed.getCount() > 0) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
