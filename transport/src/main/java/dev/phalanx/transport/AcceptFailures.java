package dev.phalanx.transport;

import dev.phalanx.http.BackgroundLogger;
import dev.phalanx.http.LogLimiter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Logs why connections can't be accepted, and the remedy. Netty's acceptor stands before this
 * handler, and pauses for a second after each failure, so the event loop doesn't spin.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final BackgroundLogger log = BackgroundLogger.of(LoggerName.TRANSPORT);

  private final LogLimiter limiter = new LogLimiter();

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    if (reason.contains("Too many open files")) {
      limiter.warn(
          log,
          "No more connections can be accepted at {}: too many open files. Raise the limit of this"
              + " process above the number of connections (ulimit -n; LimitNOFILE of systemd)."
              + " Open connections go on, new ones wait",
          ctx.channel().localAddress());
    } else {
      limiter.warn(
          log,
          "A connection could not be accepted at {}: {}",
          ctx.channel().localAddress(),
          cause.toString());
    }
  }
}
