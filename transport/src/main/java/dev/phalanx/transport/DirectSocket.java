package dev.phalanx.transport;

import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a channel, to be written to past Netty's queue of what waits, whose entries,
 * promises and buffers cost a small message more than all that is ours. For when nothing waits
 * there. Lane-confined.
 */
final class DirectSocket {
  private static final boolean IS_NATIVE_IO_THERE =
      NativeIo.isPresent("io.netty.channel.unix.UnixChannel");

  private final Channel channel;
  private final Socket socket;

  private DirectSocket(Channel channel, Socket socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /** Null if bytes can't go to the socket as they are, or there is no native I/O. */
  static @Nullable DirectSocket of(Channel channel) {
    if (IS_NATIVE_IO_THERE
        && channel instanceof UnixChannel unix
        && unix.fd() instanceof Socket socket
        && channel.pipeline().get(SslHandler.class) == null) {
      return new DirectSocket(channel, socket);
    }
    return null;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /**
   * Has the operating system take bytes.
   *
   * @return how many it took; none, too, if the channel is closed: its number may be another's
   */
  int send(long address, int length) throws IOException {
    return isOpen() ? socket.sendAddress(address, 0, length) : 0;
  }
}
