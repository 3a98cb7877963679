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
  private @Nullable Asker asker; // whoever answers lets go of it
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
    this.asker = new Asker(connection, ctx);
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
    Asker asked = answerOnce();
    try {
      lane.execute(() -> asked.connection.respond(asked.ctx, this, response));
    } catch (Throwable e) {
      unanswered(asked);
      throw e;
    }
  }

  @Override
  public void upgrade(Response handshake, Upgrade.Session session) {
    Asker asked = answerOnce();
    try {
      UpgradedWire wire = UpgradedWire.over(asked.ctx.channel(), lane, session::open);
      // Not waited for: what the session sends from now on comes after it on the lane.
      lane.execute(() -> asked.connection.upgrade(asked.ctx, this, handshake, wire));
    } catch (Throwable e) {
      unanswered(asked);
      throw e;
    }
  }

  /** The lane hasn't got the answer: {@link #closeUnanswered} will end the connection. */
  private void unanswered(Asker asked) {
    asker = asked;
    answered.set(false);
  }

  @Override
  public void closeUnanswered() {
    if (answered.compareAndSet(false, true)) {
      takeAsker().ctx.close();
    }
  }

  /**
   * Who is to be answered. Let go of, since this lives as long as the handler's thread, and a wire
   * needs nothing of HTTP any more: its decoder is a kilobyte. Allocates nothing: an Error between
   * this and the answer would leave the peer waiting.
   */
  private Asker answerOnce() {
    if (!answered.compareAndSet(false, true)) {
      throw new IllegalStateException("answered already: " + request);
    }
    return takeAsker();
  }

  private Asker takeAsker() {
    Asker asked = Objects.requireNonNull(asker);
    asker = null;
    return asked;
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
