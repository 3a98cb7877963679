package dev.phalanx.transport;

import dev.phalanx.http.HttpException;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import dev.phalanx.http.Upgrade;
import io.netty.channel.ChannelHandlerContext;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An exchange of a connection: brings what other threads say onto the connection's lane. */
final class PendingExchange implements HttpExchange {
  private @Nullable HttpConnection connection; // whoever answers lets go of it
  private @Nullable ChannelHandlerContext ctx; // the same
  private final NettyLane lane;
  private final Request request;
  private final @Nullable TlsSession tls;
  private final boolean head;
  private final @Nullable HttpException refusal;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicReference<@Nullable Runnable> whenAbandoned = new AtomicReference<>();

  PendingExchange(
      HttpConnection connection,
      ChannelHandlerContext ctx,
      NettyLane lane,
      Request request,
      @Nullable TlsSession tls,
      boolean head,
      @Nullable HttpException refusal) {
    this.connection = connection;
    this.ctx = ctx;
    this.lane = lane;
    this.request = request;
    this.tls = tls;
    this.head = head;
    this.refusal = refusal;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public @Nullable HttpException refusal() {
    return refusal;
  }

  @Override
  public @Nullable TlsSession tls() {
    return tls;
  }

  boolean isHead() {
    return head;
  }

  @Override
  public void respond(Response response) {
    Asker asker = answerOnce();
    lane.execute(() -> asker.connection.respond(asker.ctx, this, response));
  }

  @Override
  public void upgrade(Response handshake, Upgrade.Session session) {
    Asker asker = answerOnce();
    UpgradedWire wire;
    try {
      wire = UpgradedWire.over(asker.ctx.channel(), lane, session::open);
    } catch (RuntimeException e) {
      asker.ctx.close(); // no answer will come any more
      throw e;
    }
    // Not waited for: what the session sends from now on comes after it on the lane.
    lane.execute(() -> asker.connection.upgrade(asker.ctx, this, handshake, wire));
  }

  /**
   * Who is to be answered. Let go of, since this lives as long as the handler's thread, and a wire
   * needs nothing of HTTP any more: its decoder is a kilobyte.
   */
  private Asker answerOnce() {
    if (!answered.compareAndSet(false, true)) {
      throw new IllegalStateException("answered already: " + request);
    }
    Asker asker = new Asker(Objects.requireNonNull(connection), Objects.requireNonNull(ctx));
    connection = null;
    ctx = null;
    return asker;
  }

  private record Asker(HttpConnection connection, ChannelHandlerContext ctx) {}

  @Override
  public void onAbandoned(Runnable action) {
    if (!whenAbandoned.compareAndSet(null, action)) { // abandoned already
      action.run();
    }
  }

  /** The connection was lost. Lane. */
  void abandon() {
    Runnable action = whenAbandoned.getAndSet(PendingExchange::nothing);
    if (action != null) {
      action.run();
    }
  }

  /** What is left to do when the connection was lost before: nothing. */
  private static void nothing() {}
}
