package dev.phalanx.transport;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContext;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/** Who does the work of TLS: OpenSSL, where netty-tcnative is there for this machine; the JDK. */
final class TlsProvider {
  private TlsProvider() {}

  /** A remark for the log: who it is; and where OpenSSL is there, but can't be used, why. */
  static String of(SslContext context) {
    // Only where it is available can its classes be asked for.
    return OpenSsl.isAvailable() && context instanceof OpenSslContext
        ? "OpenSSL (" + OpenSsl.versionString() + ")"
        : "the JDK's" + lack(OpenSsl.unavailabilityCause());
  }

  /** Whoever didn't add netty-tcnative doesn't miss it. */
  static String lack(@Nullable Throwable cause) {
    return cause == null || cause instanceof ClassNotFoundException
        ? ""
        : "; OpenSSL is not available: "
            + String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
  }
}
