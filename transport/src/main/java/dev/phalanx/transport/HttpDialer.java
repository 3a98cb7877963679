package dev.phalanx.transport;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;

/**
 * Connects to hosts, and asks them for an upgrade. All its connections share a few event loops,
 * whose threads are daemons: neither they nor a connection keep the JVM alive. Any thread but a
 * lane; the calling thread waits, and may be interrupted.
 */
public final class HttpDialer implements Dialer {
  private final EventLoops loops;
  private final boolean shared;
  private final ClientContexts contexts = new ClientContexts();

  private HttpDialer(EventLoops loops, boolean shared) {
    this.loops = loops;
    this.shared = shared;
  }

  /** A dialler of one's own, to be closed. */
  public static HttpDialer start(int eventLoops) {
    if (eventLoops < 1 || eventLoops > 1_024) {
      throw new IllegalArgumentException("eventLoops must be 1 to 1024, not " + eventLoops);
    }
    return new HttpDialer(EventLoops.startDaemons(eventLoops), false);
  }

  /**
   * The dialler of the process, started with the first use: with as many event loops as there are
   * processors, 4 at most. {@link #close} does nothing to it.
   */
  public static HttpDialer shared() {
    return Shared.DIALER;
  }

  private static final class Shared {
    private static final HttpDialer DIALER =
        new HttpDialer(
            EventLoops.startDaemons(Math.min(4, Runtime.getRuntime().availableProcessors())), true);
  }

  /**
   * Connects, asks, and waits for the answer, whatever its status. Several addresses are tried in
   * turn, each with its share of the time that is left.
   *
   * @throws IOException that names host and port; a {@link SocketTimeoutException} names the
   *     setting that ran out, an {@link SSLException} says why the host isn't trusted
   * @throws InterruptedException if the calling thread is interrupted; then the connection is
   *     closed
   */
  @Override
  public DialledAnswer dial(UpgradeRequest request, DialConfig config)
      throws IOException, InterruptedException {
    SslContext tls = request.secure() ? contexts.get(config.tls()) : null;
    Dialling dialling = new Connecting(loops, request, config, tls).connect();
    boolean answered = false;
    try {
      DialledAnswer answer = new Asking(dialling, request, config).ask();
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        dialling.channel().close();
      }
    }
  }

  /** Closes every connection, and ends the event loops, unless they are the shared ones. */
  @Override
  public void close() {
    if (!shared) {
      loops.close();
    }
  }
}
