package dev.phalanx.transport;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Asks for an upgrade on a channel that is connected, once its TLS is established, and waits for
 * the answer, within one limit. On the dialling thread, which waits.
 */
record Asking(Channel channel, UpgradeRequest request, DialConfig config) {

  /** The answer, whatever its status; who gets none closes the channel. */
  DialledAnswer ask() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + config.handshakeTimeout().toNanos();
    var context = channel.pipeline().context(Dialling.class);
    if (context == null) {
      throw new IOException(request.address() + ": the connection was closed at once");
    }
    Dialling dialling = (Dialling) context.handler();
    awaitTls(deadline);
    dialling.lane().execute(() -> dialling.ask(context));
    try {
      return answer(dialling, Math.max(0, deadline - System.nanoTime()));
    } catch (TimeoutException e) {
      IOException why = timedOut("no answer");
      dialling.lane().execute(() -> dialling.stopWaiting(context, why));
    }
    try {
      return answer(dialling, Long.MAX_VALUE); // the lane says at once
    } catch (TimeoutException impossible) {
      throw timedOut("no answer");
    }
  }

  private static DialledAnswer answer(Dialling dialling, long nanos)
      throws IOException, InterruptedException, TimeoutException {
    try {
      return dialling.answer().get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private void awaitTls(long deadline) throws IOException, InterruptedException {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return;
    }
    Future<Channel> handshake = tls.handshakeFuture();
    if (!handshake.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
      throw timedOut("TLS not established");
    }
    if (!handshake.isSuccess()) {
      String why = Connecting.reason(handshake.cause());
      throw new SSLException(
          "TLS with " + request.address() + " failed: " + why, handshake.cause());
    }
  }

  private SocketTimeoutException timedOut(String what) {
    long limit = config.handshakeTimeout().toMillis();
    return new SocketTimeoutException(
        request.address() + ": " + what + " within handshakeTimeout (" + limit + " ms)");
  }
}
