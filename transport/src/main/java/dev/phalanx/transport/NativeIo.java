package dev.phalanx.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * The best I/O that this machine has: epoll, kqueue, or NIO. Its channels have TCP_NODELAY without
 * being told; to tell them is one more system call for each connection.
 *
 * @param description what it is; and where it is NIO for want of something better, why, and what to
 *     add
 * @param channelType what listens
 * @param dialledType what is connected to others
 */
record NativeIo(
    String description,
    IoHandlerFactory factory,
    Class<? extends ServerSocketChannel> channelType,
    Class<? extends SocketChannel> dialledType) {
  private static final boolean IS_EPOLL_THERE = isPresent("io.netty.channel.epoll.Epoll");

  static NativeIo best() {
    if (IS_EPOLL_THERE && Epoll.isAvailable()) {
      return new NativeIo(
          "epoll",
          MendedEpoll.newFactory(),
          EpollServerSocketChannel.class,
          EpollSocketChannel.class);
    }
    if (isPresent("io.netty.channel.kqueue.KQueue") && KQueue.isAvailable()) {
      return new NativeIo(
          "kqueue",
          KQueueIoHandler.newFactory(),
          KQueueServerSocketChannel.class,
          KQueueSocketChannel.class);
    }
    return new NativeIo(
        "NIO" + lack(),
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class);
  }

  /** Native I/O comes in jars of its own, which a user may leave out. */
  static boolean isPresent(String className) {
    try {
      Class.forName(className, false, NativeIo.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether a channel is epoll's, and its bytes go to its socket as they are. */
  static boolean isSocketOfEpoll(Channel channel) {
    return IS_EPOLL_THERE
        && channel instanceof EpollSocketChannel
        && channel.pipeline().get(SslHandler.class) == null;
  }

  /** What is missing for better I/O; empty where this system has none. */
  private static String lack() {
    String system = System.getProperty("os.name");
    if (system.equals("Linux")) {
      return lack("epoll", "linux", IS_EPOLL_THERE ? Epoll.unavailabilityCause() : null);
    }
    if (system.startsWith("Mac")) {
      boolean present = isPresent("io.netty.channel.kqueue.KQueue");
      return lack("kqueue", "osx", present ? KQueue.unavailabilityCause() : null);
    }
    return "";
  }

  /**
   * A remark for the log.
   *
   * @param cause why it can't be used; null if its classes are not there
   */
  static String lack(String name, String system, @Nullable Throwable cause) {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    if (cause != null && !isLinkage(cause)) { // switched off, or the system refuses it
      return "; %s is not available: %s".formatted(name, inOneLine(cause));
    }
    String why = cause == null ? "its classes are not there" : inOneLine(cause);
    String add =
        NativeIo.class.getModule().isNamed()
            ? "--add-modules io.netty.transport.classes.%1$s,io.netty.transport.%1$s.%2$s.%3$s"
            : "netty-transport-native-%1$s, classifier %2$s-%3$s, to the class path";
    return "; %s is not available: %s; add ".formatted(name, why)
        + add.formatted(name, system, machine);
  }

  private static boolean isLinkage(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof LinkageError) {
        return true;
      }
    }
    return false;
  }

  private static String inOneLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
  }
}
