package dev.phalanx.hermes.client;

import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.WsMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** The threads that send on a client's connection, and wait where there is no room. Any thread. */
final class Senders {
  private final Course course;
  private final Telling telling;
  private final TimeSource time;
  private final Duration limit;
  private final Queue<Thread> blocked = new ConcurrentLinkedQueue<>();

  Senders(Course course, Telling telling, TimeSource time, Duration limit) {
    this.course = course;
    this.telling = telling;
    this.time = time;
    this.limit = limit;
  }

  boolean send(WsMessage message) {
    long deadline = time.nanoTime() + limit.toNanos();
    while (!course.isOver()) {
      Leg now = course.leg();
      if (course.state() == WsClientState.OPEN && now.connection().send(message)) {
        return true;
      }
      switch (keep(message, now)) {
        case YES -> {
          return true;
        }
        case NO -> {
          return false;
        }
        case NOT_YET -> {
          if (!awaitRoom(deadline)) {
            return false;
          }
        }
      }
    }
    return false;
  }

  private Course.Kept keep(WsMessage message, Leg tried) {
    List<WsMessage> dropped = new ArrayList<>(0);
    Course.Kept kept = course.keep(message, tried, dropped);
    dropped.forEach(each -> telling.dropped(each, WsClientListener.Drop.OLDEST));
    return kept;
  }

  /** Waits on behalf of a sender until it may be worth trying again; false if time is over. */
  private boolean awaitRoom(long deadline) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while waiting to send");
    }
    if (time.nanoTime() - deadline >= 0) {
      return false;
    }
    blocked.add(Thread.currentThread());
    try {
      if (!isWorthTrying()) { // asked now that a wake-up will find this thread
        time.parkUntil(deadline);
      }
      return true;
    } finally {
      blocked.remove(Thread.currentThread());
    }
  }

  private boolean isWorthTrying() {
    return course.isOver()
        || (course.state() == WsClientState.OPEN && course.leg().connection().isOpen());
  }

  /** Something has changed: those who wait try again. */
  void wake() {
    blocked.forEach(LockSupport::unpark);
  }
}
