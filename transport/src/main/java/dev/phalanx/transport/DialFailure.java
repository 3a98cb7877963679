package dev.phalanx.transport;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions of a dial that fails: each names host and port, the phase, the probable cause and
 * the remedy. Any thread.
 */
record DialFailure(UpgradeRequest request, DialConfig config) {
  /** The end of the stream, before the answer was complete. */
  IOException closed(DialPhase phase) {
    return endedIn(phase, "closed the connection", null);
  }

  /** An exception on the channel, before the answer was complete. */
  IOException of(DialPhase phase, Throwable cause) {
    Throwable unwrapped = unwrapped(cause);
    if (unwrapped instanceof ClosedChannelException) {
      return closed(phase);
    }
    if (phase == DialPhase.TLS || isOfTls(unwrapped)) {
      return tls(unwrapped);
    }
    if (unwrapped instanceof TlsAnswerException) {
      return answeredInTls(phase);
    }
    if (isReset(unwrapped)) {
      return endedIn(phase, "reset the connection", unwrapped);
    }
    return new IOException(subject(phase) + ": " + reason(unwrapped), unwrapped);
  }

  /** An answer that is not what the phase needs. */
  IOException refused(DialPhase phase, String why, @Nullable Throwable cause) {
    return new IOException(subject(phase) + ": " + why, cause);
  }

  /** An answer that could not be decoded; also one that was cut off. */
  IOException notHttp(DialPhase phase, Throwable cause) {
    if (cause instanceof PrematureChannelClosureException) {
      return closed(phase);
    }
    String what =
        cause instanceof TooLongFrameException
            ? "the head of the answer is longer than maxHeadBytes (" + config.maxHeadBytes() + ")"
            : "the answer is not HTTP/1.1";
    return refused(phase, what, cause);
  }

  /** A TCP connection that could not be made to one address, the host's or the proxy's. */
  IOException notConnected(InetAddress address, @Nullable Throwable cause) {
    return new IOException(subject(address) + ": " + reason(cause), cause);
  }

  /** A TCP connection that took too long to one address. */
  SocketTimeoutException notConnectedInTime(InetAddress address) {
    return new SocketTimeoutException(subject(address) + within());
  }

  /** A proxy that took too long. */
  SocketTimeoutException noTunnelInTime() {
    return new SocketTimeoutException(
        subject(DialPhase.PROXY) + ": no answer from the proxy" + within());
  }

  /** A TLS handshake or an answer that took too long. */
  SocketTimeoutException notAnsweredInTime(DialPhase phase) {
    String what = phase == DialPhase.TLS ? "TLS not established" : "no answer";
    return new SocketTimeoutException(
        "%s: %s within handshakeTimeout (%d ms)"
            .formatted(request.address(), what, millis(config.handshakeTimeout())));
  }

  private String within() {
    return " within connectTimeout (" + millis(config.connectTimeout()) + " ms)";
  }

  private static long millis(Duration limit) {
    return limit.toMillis();
  }

  // ---- the connection ends ----

  private IOException endedIn(DialPhase phase, String how, @Nullable Throwable cause) {
    return switch (phase) {
      case PROXY ->
          new IOException(
              subject(phase) + ": the proxy " + how + " before it answered CONNECT", cause);
      case TLS ->
          sslException(
              "the host "
                  + how
                  + " during the TLS handshake; if this port speaks plain HTTP, use ws://",
              cause);
      case ANSWER ->
          new IOException(
              request.address()
                  + ": the host "
                  + how
                  + " before it answered"
                  + (request.secure() ? "" : "; if this port speaks TLS, use wss://"),
              cause);
    };
  }

  private static boolean isReset(Throwable cause) {
    String message = lowerCase(cause);
    return cause instanceof IOException
        && (message.contains("reset") || message.contains("broken pipe"));
  }

  // ---- TLS ----

  private IOException answeredInTls(DialPhase phase) {
    return phase == DialPhase.PROXY
        ? refused(phase, "the proxy speaks TLS; only proxies without TLS are supported", null)
        : refused(phase, "the host answered in TLS: use wss:// for this port", null);
  }

  private static boolean isOfTls(Throwable cause) {
    return cause instanceof SSLException || cause instanceof NotSslRecordException;
  }

  private SSLException tls(Throwable cause) {
    if (find(NotSslRecordException.class, cause) != null) { // whose message is a dump: left out
      return sslException(
          "the host answered, but not in TLS; if this port speaks plain HTTP, use ws://", null);
    }
    if (find(ClosedChannelException.class, cause) != null) {
      return (SSLException) endedIn(DialPhase.TLS, "closed the connection", null);
    }
    if (isReset(cause)) {
      return (SSLException) endedIn(DialPhase.TLS, "reset the connection", cause);
    }
    String fault = faultOfCertificate(cause);
    return sslException(fault == null ? faultOfHandshake(cause) : fault, cause);
  }

  private @Nullable String faultOfCertificate(Throwable cause) {
    if (find(CertificateExpiredException.class, cause) != null) {
      return "the host's certificate has expired; the host needs a new one, or this clock is wrong";
    }
    if (find(CertificateNotYetValidException.class, cause) != null) {
      return "the host's certificate is not valid yet; the host needs another one, or this clock is"
          + " wrong";
    }
    if (find(CertPathBuilderException.class, cause) != null
        || find(CertPathValidatorException.class, cause) != null) {
      return "the host's certificate is not trusted; for a private authority, or a self-signed"
          + " certificate, set TlsClientConfig.withAuthorities";
    }
    CertificateException other = find(CertificateException.class, cause);
    if (other != null && lowerCase(other).matches("no (subject alternative|name matching).*")) {
      return "the host's certificate is for other names than "
          + request.host()
          + "; connect by a name that is in the certificate";
    }
    return null;
  }

  private static String faultOfHandshake(Throwable cause) {
    String message = lowerCase(cause);
    if (message.contains("certificate_required")
        || message.contains("certificate required")
        || message.contains("bad_certificate")
        || message.contains("bad certificate")) {
      return "the host requires a certificate of the client, or refuses the one it got; see"
          + " TlsClientConfig.withKeys";
    }
    if (message.contains("protocol_version") || message.contains("protocol version")) {
      return "the host speaks neither TLS 1.2 nor TLS 1.3";
    }
    return reason(cause);
  }

  private SSLException sslException(String why, @Nullable Throwable cause) {
    return new SSLException("TLS with " + request.address() + " failed: " + why, cause);
  }

  // ---- words ----

  private String subject(DialPhase phase) {
    ProxyConfig proxy = config.proxy();
    return proxy != null && phase == DialPhase.PROXY
        ? "cannot connect to " + request.address() + " by the proxy " + proxy.address()
        : request.address();
  }

  private String subject(InetAddress address) {
    ProxyConfig proxy = config.proxy();
    String where = " (" + address.getHostAddress() + ")";
    return "cannot connect to "
        + request.address()
        + (proxy == null ? "" : " by the proxy " + proxy.address())
        + where;
  }

  /** The message of a failure, without the name of the system call; its type where it has none. */
  static String reason(@Nullable Throwable cause) {
    if (cause instanceof ConnectException && lowerCase(cause).contains("refused")) {
      return "connection refused: nothing listens on this port";
    }
    String message = cause == null ? null : cause.getMessage();
    return message == null ? String.valueOf(cause) : message;
  }

  private static String lowerCase(Throwable cause) {
    return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
  }

  private static Throwable unwrapped(Throwable cause) {
    Throwable inner = cause.getCause();
    return cause instanceof DecoderException && inner != null ? inner : cause;
  }

  private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable cause) {
    Throwable each = cause;
    for (int depth = 0; each != null && depth < 20; depth++) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
      each = each.getCause();
    }
    return null;
  }
}
