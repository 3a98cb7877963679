package dev.phalanx.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A relay between two ends of TCP that cuts what they say into uneven pieces, of 1 byte to some
 * KiB, each sent off by itself: so that frames end anywhere in what is read at once.
 */
final class Chopper implements AutoCloseable {
  private static final int LONGEST = 3_000;

  private final ServerSocket listening;
  private final int target;
  private final Random seeds;
  private final AtomicLong pieces = new AtomicLong();

  private Chopper(ServerSocket listening, int target, long seed) {
    this.listening = listening;
    this.target = target;
    this.seeds = new Random(seed);
  }

  /** Relays to a port of this machine. The same seed cuts alike. */
  static Chopper before(int port, long seed) throws IOException {
    ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Chopper chopper = new Chopper(listening, port, seed);
    Thread.ofVirtual().name("chopper").start(chopper::accept);
    return chopper;
  }

  URI ws(String path) {
    return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + path);
  }

  /** How many pieces it has made so far. */
  long pieces() {
    return pieces.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listening.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        pump(near, far, new Random(seeds.nextLong()));
        pump(far, near, new Random(seeds.nextLong()));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pump(Socket from, Socket to, Random random) {
    Thread.ofVirtual()
        .name("chopper-pump")
        .start(() -> {
          try (from;
              to) {
            to.setTcpNoDelay(true);
            chop(from.getInputStream(), to.getOutputStream(), random);
          } catch (IOException e) {
            // one of the ends has gone
          }
        });
  }

  private void chop(InputStream in, OutputStream out, Random random) throws IOException {
    byte[] piece = new byte[LONGEST];
    // as often of a few bytes as of many
    int length = in.read(piece, 0, 1 + random.nextInt(1 << random.nextInt(12)));
    while (length >= 0) {
      out.write(piece, 0, length);
      out.flush();
      pieces.incrementAndGet();
      length = in.read(piece, 0, 1 + random.nextInt(1 << random.nextInt(12)));
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
