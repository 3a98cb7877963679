package dev.phalanx.transport;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Netty's TLS handler with two rules added. Other threads compute the handshake, so the event loop
 * computes no signature. And a connection has one handshake: a peer that asks for another one
 * (renegotiation, TLS 1.2) is cut off.
 *
 * <p>An engine holds its own lock while its task computes. So the event loop leaves the engine
 * alone meanwhile: Netty does that for reading and writing, and this class does that for closing.
 * Confined to the event loop.
 */
final class TlsHandler extends SslHandler {
  /** The event by which a server learns that its client speaks plain HTTP. */
  record PlainHttp() {}

  private final Tasks tasks;
  private boolean begun; // the first bytes were looked at

  /** The same as another handler that is used nowhere yet, with the rules of this class. */
  static TlsHandler of(SslHandler plain) {
    return new TlsHandler(plain.engine(), new Tasks(TlsTaskPool.shared()));
  }

  private TlsHandler(SSLEngine engine, Tasks tasks) {
    super(engine, tasks);
    this.tasks = tasks;
    setHandshakeTimeoutMillis(0); // at Netty's time-out the event loop would close the engine
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    tasks.begin(this, ctx);
    super.handlerAdded(ctx);
  }

  /** In the middle of a handshake without a close_notify, for which there is no key yet. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
    if (tasks.areOutstanding()) {
      ctx.close(promise);
    } else {
      super.close(ctx, promise);
    }
  }

  /**
   * Leaves the pipeline when a client speaks plain HTTP to a server, with {@link PlainHttp} as the
   * last word, so that the client can be told. A request begins with a capital letter, and no TLS
   * record does.
   */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!begun && message instanceof ByteBuf bytes && bytes.isReadable()) {
      begun = true;
      byte first = bytes.getByte(bytes.readerIndex());
      if (first >= 'A' && first <= 'Z' && !engine().getUseClientMode()) {
        bytes.release();
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.remove(this);
        pipeline.fireUserEventTriggered(new PlainHttp());
        return;
      }
    }
    super.channelRead(ctx, message);
  }

  @Override
  public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
    close(ctx, promise);
  }

  /**
   * Closes the engine, once no task is outstanding. The other handlers are told at once: they leave
   * the pipeline with the channel, and would not hear of it later. A task can still count as
   * outstanding when the handshake is over: its thread may be slow to say that it has ended.
   */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    tasks.abandon();
    if (tasks.areOutstanding()) {
      ctx.fireChannelInactive();
    } else {
      super.channelInactive(ctx);
    }
  }

  /** The tasks of one engine: Netty hands out one after the other. */
  private static final class Tasks implements Executor {
    private final Executor computing;
    private @Nullable TlsHandler handler; // set before the first task
    private @Nullable ChannelHandlerContext ctx; // the same
    private int outstanding;
    private volatile boolean abandoned; // the channel is closed: nobody needs the handshake

    Tasks(Executor computing) {
      this.computing = computing;
    }

    void begin(TlsHandler owner, ChannelHandlerContext its) {
      handler = owner;
      ctx = its;
    }

    boolean areOutstanding() {
      return outstanding > 0;
    }

    void abandon() {
      abandoned = true;
    }

    /** On the event loop, as all of this class but {@link #compute}. */
    @Override
    public void execute(Runnable task) {
      if (abandoned) {
        throw new RejectedExecutionException("the connection is closed");
      }
      if (requireNonNull(handler).handshakeFuture().isDone()) {
        throw new RejectedExecutionException("the peer asks for a second TLS handshake");
      }
      computing.execute(() -> compute(task));
      outstanding++;
    }

    private void compute(Runnable task) {
      try {
        if (!abandoned) {
          task.run();
        }
      } finally {
        requireNonNull(ctx).executor().execute(this::ended); // after what the task has left there
      }
    }

    private void ended() {
      outstanding--;
      if (abandoned && outstanding == 0) {
        try {
          requireNonNull(handler).channelInactive(requireNonNull(ctx));
        } catch (Exception e) {
          requireNonNull(ctx).fireExceptionCaught(e);
        }
      }
    }
  }
}
