package dev.phalanx.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's TLS: what new connections get, and the virtual thread that looks at the files, until
 * it is closed. Any thread.
 */
final class ServerTls implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoggerName.TRANSPORT);

  private final TlsConfig config;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile SslContext context;
  private TlsFiles.State seen; // the watching thread's, once it runs

  private ServerTls(TlsConfig config) throws IOException {
    this.config = config;
    this.seen = TlsFiles.state(config);
    this.context = TlsFiles.load(config);
  }

  /**
   * Reads the files, and goes on looking at them.
   *
   * @throws IOException that names the file and what is wrong with it
   */
  static ServerTls start(TlsConfig config) throws IOException {
    ServerTls tls = new ServerTls(config);
    TlsTaskPool.shared(); // starts the threads here, and not on an event loop
    Thread.ofVirtual().name("hermes-tls-reload").start(tls::watch);
    return tls;
  }

  /** Who does the work, for the log. */
  String provider() {
    return TlsProvider.of(context);
  }

  /** The handler of a new connection. The connection's own time limit ends the handshake. */
  TlsHandler newHandler(ByteBufAllocator allocator) {
    return TlsHandler.of(context.newHandler(allocator));
  }

  private void watch() {
    try {
      while (!closed.await(config.reloadInterval().toNanos(), TimeUnit.NANOSECONDS)) {
        reloadIfChanged();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that; then it ends
    }
  }

  /** A state that couldn't be loaded isn't tried again: it is logged once. */
  private void reloadIfChanged() {
    TlsFiles.State now = TlsFiles.state(config);
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      context = TlsFiles.load(config);
      log.info("TLS: {} was loaded again, for new connections", config.keys());
    } catch (IOException e) {
      log.error("TLS: {}; the certificate loaded before stays in use", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
