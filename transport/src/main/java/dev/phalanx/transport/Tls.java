package dev.phalanx.transport;

import dev.phalanx.http.TlsSession;
import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What differs on a channel that speaks TLS. For its lane. */
final class Tls {
  private Tls() {}

  /** Its session, after the handshake; null where there is no TLS. */
  static @Nullable TlsSession session(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return null;
    }
    SSLSession session = tls.engine().getSession();
    return new TlsSession(
        session.getProtocol(), session.getCipherSuite(), peerCertificates(session));
  }

  private static List<X509Certificate> peerCertificates(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException e) { // it showed none
      return List.of();
    }
  }

  /** Whether this event says that the peer sends no more: a FIN, or a close_notify. */
  static boolean isEndOfInput(Object event) {
    return event instanceof ChannelInputShutdownEvent || event == SslCloseCompletionEvent.SUCCESS;
  }

  /** What went wrong, for the log: without the exceptions that Netty's decoder wraps around it. */
  static String reason(Throwable cause) {
    Throwable innermost = cause;
    while (innermost instanceof DecoderException && innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost.toString();
  }

  /** Says that no more comes: by close_notify where there is TLS, else by FIN. */
  static void shutdownOutput(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound();
    } else {
      ((DuplexChannel) channel).shutdownOutput();
    }
  }
}
