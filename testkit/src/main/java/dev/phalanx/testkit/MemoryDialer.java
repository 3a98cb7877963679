package dev.phalanx.testkit;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import dev.phalanx.transport.DialConfig;
import dev.phalanx.transport.Dialer;
import dev.phalanx.transport.DialledAnswer;
import dev.phalanx.transport.UpgradeRequest;
import dev.phalanx.transport.memory.MemoryPipe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reaches a server in memory, whatever host is named. */
final class MemoryDialer implements Dialer {
  private final MemoryFront front;

  MemoryDialer(MemoryFront front) {
    this.front = front;
  }

  @Override
  public DialledAnswer dial(UpgradeRequest request, DialConfig config)
      throws IOException, InterruptedException {
    Headers.Builder headers = new Headers.Builder().add("Host", request.authority());
    request.headers().forEach(headers::add);
    Asked<MemoryPipe> asked =
        front.askAsClient(
            new Request(
                "GET",
                request.target(),
                headers.build(),
                new byte[0],
                InetSocketAddress.createUnresolved(MemoryFront.HOST, 0),
                request.secure()));
    boolean answered = false;
    try {
      Response response = asked.answer(config.handshakeTimeout());
      answered = true;
      return new Answer(response, asked.opened());
    } catch (TimeoutException e) {
      throw new SocketTimeoutException(
          request.address()
              + ": no answer within handshakeTimeout ("
              + config.handshakeTimeout().toMillis()
              + " ms); "
              + asked.handler());
    } finally {
      if (!answered) {
        asked.abandon();
      }
    }
  }

  @Override
  public void close() {
    // the pipes are the server's to close
  }

  private static final class Answer implements DialledAnswer {
    private final Response response;
    private final @Nullable MemoryPipe pipe; // null where it was refused
    private final AtomicBoolean decided = new AtomicBoolean();

    Answer(Response response, @Nullable MemoryPipe pipe) {
      this.response = response;
      this.pipe = pipe;
    }

    @Override
    public int status() {
      return response.status();
    }

    @Override
    public Headers headers() {
      return response.headers();
    }

    @Override
    public byte[] body() {
      return response.body().clone();
    }

    @Override
    public void open(Function<Wire, WireHandler> session) {
      if (pipe == null || !decided.compareAndSet(false, true)) {
        throw new IllegalStateException("no wire, or opened or closed already");
      }
      pipe.near().open(session);
    }

    @Override
    public void close() {
      if (pipe != null && decided.compareAndSet(false, true)) {
        pipe.near().close();
      }
    }
  }
}
