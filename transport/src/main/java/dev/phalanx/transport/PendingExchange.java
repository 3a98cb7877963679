package dev.phalanx.transport;

import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import dev.phalanx.http.Upgrade;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An exchange of a connection: brings what other threads say onto the connection's lane. */
final class PendingExchange implements HttpExchange {
  private final HttpConnection connection;
  private final ChannelHandlerContext ctx;
  private final NettyLane lane;
  private final Request request;
  private final @Nullable TlsSession tls;
  private final boolean head;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile @Nullable Carriage carriage; // of its thread; null if the JDK carries that
  private boolean abandoned; // guarded by this
  private @Nullable Runnable whenAbandoned; // guarded by this

  PendingExchange(
      HttpConnection connection,
      ChannelHandlerContext ctx,
      NettyLane lane,
      Request request,
      @Nullable TlsSession tls,
      boolean head) {
    this.connection = connection;
    this.ctx = ctx;
    this.lane = lane;
    this.request = request;
    this.tls = tls;
    this.head = head;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public @Nullable TlsSession tls() {
    return tls;
  }

  boolean isHead() {
    return head;
  }

  @Override
  public Thread newThread(String name, Runnable task) {
    Carriage own = lane.newCarriage();
    carriage = own;
    return own == null ? Thread.ofVirtual().name(name).unstarted(task) : own.newThread(name, task);
  }

  @Override
  public void runs(String route) {
    Carriage own = carriage;
    if (own != null) {
      own.runs(route);
    }
  }

  @Override
  public void respond(Response response) {
    answerOnce();
    lane.execute(() -> connection.respond(ctx, this, response));
  }

  @Override
  public void upgrade(Response handshake, Upgrade.Session session) {
    answerOnce();
    NettyWire wire;
    try {
      wire = new NettyWire(ctx.channel(), lane, session::open);
    } catch (RuntimeException e) {
      ctx.close(); // no answer will come any more
      throw e;
    }
    // Not waited for: what the session sends from now on comes after it on the lane.
    lane.execute(() -> connection.upgrade(ctx, this, handshake, wire));
  }

  private void answerOnce() {
    if (!answered.compareAndSet(false, true)) {
      throw new IllegalStateException("answered already: " + request);
    }
  }

  @Override
  public void onAbandoned(Runnable action) {
    synchronized (this) {
      if (!abandoned) {
        whenAbandoned = action;
        return;
      }
    }
    action.run();
  }

  /** The connection was lost. Lane. */
  void abandon() {
    Runnable action;
    synchronized (this) {
      abandoned = true;
      action = whenAbandoned;
    }
    if (action != null) {
      action.run();
    }
  }
}
