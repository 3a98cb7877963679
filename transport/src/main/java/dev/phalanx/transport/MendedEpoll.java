package dev.phalanx.transport;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, with a fault of 4.2.18 mended: a socket for which nothing is awaited is taken out
 * of epoll, and can't be put in again (since netty/netty#16689). That is where a peer stands that
 * has ended its side: it would get no more of a response than fits into the socket's buffer. Here
 * such a registration is cancelled, and a new one made when something is awaited; but for a {@link
 * SocketWire}, which always awaits something. Goes when Netty's own does so.
 *
 * <p>And a new channel is put into epoll once, where Netty would put it in and change that at once.
 */
final class MendedEpoll implements IoHandler {
  /**
   * So many sockets are read before what they have brought is handled, and answered: with more, the
   * first of them have gone from the processor's cache by then.
   */
  private static final int AT_ONCE = 32;

  private final IoHandler epoll;

  private MendedEpoll(IoHandler epoll) {
    this.epoll = epoll;
  }

  static IoHandlerFactory newFactory() {
    IoHandlerFactory factory =
        EpollIoHandler.newFactory(AT_ONCE, DefaultSelectStrategyFactory.INSTANCE);
    return executor -> new MendedEpoll(factory.newHandler(executor));
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    IoRegistration registration = epoll.register(handle);
    return handle instanceof SocketWire ? registration : new Registration(handle, registration);
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  /** A loop of Netty's own may come here without {@link #prepareToDestroy}. */
  @Override
  public void destroy() {
    epoll.prepareToDestroy();
    epoll.destroy();
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return epoll.isCompatible(type);
  }

  /** Lane-confined, but for {@link #cancel} and {@link #isValid}. */
  private final class Registration implements IoRegistration {
    private final IoHandle handle;
    private volatile IoRegistration current;
    private volatile boolean cancelled;
    private boolean isIn; // epoll knows the socket

    Registration(IoHandle handle, IoRegistration first) {
      this.handle = handle;
      this.current = first;
    }

    @Override
    public long submit(IoOps ops) {
      if (!isIn && EpollIoOps.EPOLLRDHUP.equals(ops)) {
        return 0; // a channel begins with this, and goes on at once with what it reads or writes
      }
      boolean awaitsNothing = EpollIoOps.NONE.equals(ops);
      if (awaitsNothing && isIn && !cancelled) {
        isIn = false;
        current.cancel();
        return 0;
      }
      if (!awaitsNothing && !current.isValid() && !cancelled) {
        current = again();
      }
      isIn = !awaitsNothing;
      return current.submit(ops);
    }

    private IoRegistration again() {
      try {
        return epoll.register(handle);
      } catch (Exception e) {
        throw new IllegalStateException("epoll takes a socket no more", e);
      }
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
    public <T> T attachment() {
      return current.attachment();
    }

    @Override
    public boolean isValid() {
      return !cancelled;
    }

    @Override
    public boolean cancel() {
      boolean wasValid = !cancelled;
      cancelled = true;
      current.cancel();
      return wasValid;
    }
  }
}
