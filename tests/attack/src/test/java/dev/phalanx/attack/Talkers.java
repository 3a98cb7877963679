package dev.phalanx.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Peers that echo and publish all the time, and come again when they are cut off. */
final class Talkers implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final Endpoint server;
  private volatile boolean closed;

  Talkers(Endpoint server, int count) {
    this.server = server;
    for (int i = 0; i < count; i++) {
      String path = i % 2 == 0 ? "/ws/echo" : "/ws/topics";
      String text = i % 2 == 0 ? "hello" : "publish talk " + "x".repeat(i * 100);
      threads.add(Thread.ofPlatform().daemon().start(() -> talk(path, text)));
    }
  }

  private void talk(String path, String text) {
    while (!closed) {
      try (RawPeer peer = server.connect().opens(path)) {
        while (!closed) {
          peer.asks(text);
        }
      } catch (IOException | NumberFormatException | StringIndexOutOfBoundsException e) {
        // cut off, perhaps within an answer: comes again
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
