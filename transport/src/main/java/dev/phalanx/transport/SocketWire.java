package dev.phalanx.transport;

import dev.phalanx.http.BackgroundLogger;
import dev.phalanx.http.Lane;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A wire that is a socket and no more, once it has left the channel in which it begins: a channel,
 * its pipeline and its configuration are a kilobyte, and where connections are too many for the
 * processor's cache, to look at them for each message costs more than all that is ours (ADR 0015).
 *
 * <p>Lane-confined, but for {@link #close}.
 */
final class SocketWire implements UpgradedWire, EpollIoHandle {
  private static final BackgroundLogger log = BackgroundLogger.of(LoggerName.TRANSPORT);

  private static final EpollIoOps IN = EpollIoOps.EPOLLIN;
  private static final EpollIoOps OUT = EpollIoOps.EPOLLOUT;
  private static final EpollIoOps IN_AND_OUT = IN.with(OUT);

  /** That a connection is broken is told in any case; with this, once, and not again and again. */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

  /** So often it is read in a row, if it brings so much; then others have their turn. */
  private static final int AT_ONCE = 16;

  private final NettyLane lane;
  private final LaneBuffers buffers;
  private final SocketAddress remoteAddress;
  private final WireHandler handler;
  private @Nullable ChannelExit exit; // null once it has left the channel
  private @Nullable Socket socket; // null until then
  private @Nullable IoRegistration registration; // the same
  private EpollIoOps awaited = NOTHING;
  private @Nullable Unsent unsent; // null while there is none; then the lane has nothing of it
  private boolean flushing; // unsent is to go as soon as there is room
  private boolean reading = true;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean closed;
  private boolean told; // the handler hears of the end, or has heard of it

  SocketWire(Channel channel, NettyLane lane, Function<Wire, WireHandler> session) {
    this.lane = lane;
    this.buffers = lane.buffers();
    this.remoteAddress = channel.remoteAddress();
    this.exit = new ChannelExit(channel, this);
    this.handler = session.apply(this);
  }

  // ---- in the channel ----

  @Override
  public ChannelHandler handler() {
    return Objects.requireNonNull(exit);
  }

  @Override
  public boolean leavesChannel() {
    return true;
  }

  /** If the input has ended, the socket will say so again. */
  @Override
  public void begins(ChannelFuture handshake, boolean inputEnded) {
    if (exit != null) {
      exit.begins(handshake);
    }
  }

  void received(ByteBuffer bytes) {
    if (!closed) {
      handler.onRead(bytes);
    }
  }

  void closedInChannel(@Nullable Throwable failure) {
    exit = null;
    closed = true;
    told = true;
    handler.onClosed(failure);
  }

  @Override
  public void closedBeforeItOpened() {
    closedInChannel(null);
  }

  /** The socket is this wire's from now on. */
  void takes(Socket own) {
    exit = null;
    socket = own;
    try {
      registration = lane.register(this);
      await();
      if (outputEnded) {
        shutdownOutput();
      }
    } catch (IOException | RuntimeException | Error e) {
      end(e);
    }
  }

  // ---- the wire ----

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (closed) {
      return;
    }
    if (unsent == null && socket != null && buffers.add(this, bytes, offset, length)) {
      return;
    }
    if (buffers.has(this)) {
      takeBack();
    }
    unsent().add(bytes, offset, length);
  }

  /** The lane's buffer is needed, or too small. */
  void takeBack() {
    unsent().add(buffers.release());
  }

  private Unsent unsent() {
    Unsent known = unsent;
    if (known == null) {
      known = new Unsent();
      unsent = known;
    }
    return known;
  }

  @Override
  public boolean flush() {
    if (closed) {
      return true;
    }
    Socket own = socket;
    try {
      if (buffers.has(this) && own != null) {
        ByteBuffer written = buffers.release();
        if (buffers.send(own, written)) {
          return true;
        }
        unsent().add(written);
      }
      flushing = unsent != null;
      return own == null ? !flushing : sendUnsent(own);
    } catch (IOException | NotYetConnectedException e) {
      end(e);
      return false;
    }
  }

  /** Whether there is none any more; if there is, epoll will tell of room for it. */
  private boolean sendUnsent(Socket own) throws IOException {
    if (unsent != null && unsent.sendTo(own, buffers)) {
      unsent = null;
      flushing = false;
    }
    await();
    return !flushing;
  }

  @Override
  public void pause() {
    reading = false;
    await();
  }

  @Override
  public void resume() {
    reading = !inputEnded && !closed;
    await();
  }

  @Override
  public void shutdownOutput() {
    outputEnded = true;
    Socket own = socket;
    if (closed || own == null) {
      return;
    }
    try {
      own.shutdown(false, true);
    } catch (IOException | NotYetConnectedException e) {
      end(e);
    }
  }

  @Override
  public void close() {
    if (lane.isCurrent()) {
      end(null);
    } else {
      lane.execute(() -> end(null));
    }
  }

  // ---- the socket ----

  @Override
  public FileDescriptor fd() {
    return Objects.requireNonNull(socket);
  }

  /** Tells epoll what is awaited, if that is news. */
  private void await() {
    EpollIoOps now = flushing ? (reading ? IN_AND_OUT : OUT) : (reading ? IN : NOTHING);
    if (registration != null && !awaited.equals(now) && !closed) {
      awaited = now;
      registration.submit(now);
    }
  }

  @Override
  public void handle(IoRegistration itself, IoEvent event) {
    Socket own = socket;
    if (closed || own == null) {
      return;
    }
    EpollIoOps happened = ((EpollIoEvent) event).ops();
    try {
      if (flushing && !happened.equals(IN)) { // there is room; or it is broken, as sending will say
        room(own);
      }
      if (reading && !happened.equals(OUT)) {
        read(own);
      } else if (inputEnded && happened.contains(EpollIoOps.EPOLLERR)) {
        end(new IOException("the peer has reset the connection"));
      }
    } catch (IOException | RuntimeException | Error e) { // a fault ends this connection alone
      end(e);
    }
  }

  private void room(Socket own) throws IOException {
    int before = unsent().size();
    if (sendUnsent(own)) {
      handler.onFlushed();
    } else if (unsent().size() < before) {
      handler.onProgress();
    }
  }

  private void read(Socket own) throws IOException {
    int length = LaneBuffers.SIZE;
    for (int i = 0; i < AT_ONCE && length == LaneBuffers.SIZE && reading; i++) {
      length = buffers.receive(own);
      if (length > 0) {
        handler.onRead(buffers.received(length));
      }
    }
    if (length < 0) {
      inputEnded();
    }
  }

  private void inputEnded() {
    inputEnded = true;
    reading = false;
    await();
    if (!handler.onInputEnded()) {
      close();
    }
  }

  /** Any step may fail, for lack of memory say; then the next who closes goes on. */
  private void end(@Nullable Throwable cause) {
    if (told) {
      return;
    }
    closed = true;
    reading = false;
    flushing = false;
    unsent = null;
    if (buffers.has(this)) {
      buffers.release();
    }
    if (exit != null) {
      exit.close(); // and closedInChannel() follows
      return;
    }
    try {
      closeSocket();
    } finally {
      lane.execute(() -> handler.onClosed(cause));
      told = true; // afterwards: who fails has not told it
    }
  }

  private void closeSocket() {
    try {
      Objects.requireNonNull(socket).close();
    } catch (IOException e) { // then the operating system has lost what it hadn't sent
      log.debug("{}: closing failed", remoteAddress, e);
    }
    if (registration != null) {
      registration.cancel(); // epoll itself has forgotten a socket that is closed
    }
  }
}
