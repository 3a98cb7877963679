package dev.phalanx.http;

import dev.phalanx.aegis.AttributeKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The TLS that a request came over.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipherSuite such as {@code TLS_AES_128_GCM_SHA256}
 * @param peerCertificates what the client showed, its own certificate first; empty if nothing. It
 *     has been verified.
 */
public record TlsSession(
    String protocol, String cipherSuite, List<X509Certificate> peerCertificates) {
  /** Where a scope keeps it; {@link RequestScope#tls} is the way to read it. */
  public static final AttributeKey<TlsSession> ATTRIBUTE = AttributeKey.of("tls");

  /** Keeps a list of its own. */
  public TlsSession {
    peerCertificates = List.copyOf(peerCertificates);
  }

  /** The certificate that the client showed as its own; null if none. */
  public @Nullable X509Certificate peerCertificate() {
    return peerCertificates.isEmpty() ? null : peerCertificates.getFirst();
  }
}
