package dev.phalanx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.Headers;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Failures of TLS as the JDK and Netty throw them: the probable cause, and a remedy. */
class DialFailureTest {
  private static final DialFailure FAILURE =
      new DialFailure(
          new UpgradeRequest("a.example", 443, true, "/", Headers.empty()), DialConfig.defaults());

  private static IOException during(DialPhase phase, Throwable cause) {
    return FAILURE.of(phase, new DecoderException(cause));
  }

  private static IOException ofTrust(Throwable cause) {
    SSLHandshakeException failed = new SSLHandshakeException("PKIX path validation failed: …");
    failed.initCause(new CertificateException("PKIX path validation failed", cause));
    return during(DialPhase.TLS, failed);
  }

  @Test
  void what_is_wrong_with_a_certificate_is_said() {
    assertThat(ofTrust(new CertPathBuilderException("unable to find valid certification path")))
        .isInstanceOf(SSLException.class)
        .hasMessage(
            "TLS with a.example:443 failed: the host's certificate is not trusted; for a private"
                + " authority, or a self-signed certificate, set TlsClientConfig.withAuthorities");
    assertThat(
            ofTrust(
                new CertPathValidatorException(
                    "validity check failed", new CertificateExpiredException("NotAfter: …"))))
        .hasMessageContaining("certificate has expired");
    assertThat(
            ofTrust(
                new CertPathValidatorException(
                    "validity check failed", new CertificateNotYetValidException("NotBefore: …"))))
        .hasMessageContaining("certificate is not valid yet");
    for (String words :
        List.of(
            "No subject alternative DNS name matching a.example found.",
            "No name matching a.example found")) {
      SSLHandshakeException failed = new SSLHandshakeException("(certificate_unknown) " + words);
      failed.initCause(new CertificateException(words));
      assertThat(during(DialPhase.TLS, failed))
          .hasMessageContaining("certificate is for other names than a.example");
    }
  }

  @Test
  void an_alert_is_explained_in_every_phase() {
    for (DialPhase phase : new DialPhase[] {DialPhase.TLS, DialPhase.ANSWER}) {
      assertThat(
              during(
                  phase, new SSLHandshakeException("Received fatal alert: certificate_required")))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("TlsClientConfig.withKeys");
      assertThat(during(phase, new SSLHandshakeException("Received fatal alert: protocol_version")))
          .hasMessageContaining("neither TLS 1.2 nor TLS 1.3");
      assertThat(during(phase, new SSLHandshakeException("Received fatal alert: internal_error")))
          .hasMessageContaining("internal_error");
    }
  }

  @Test
  void no_dump_of_what_came_is_in_a_message_or_its_causes() {
    IOException failed =
        during(DialPhase.TLS, new NotSslRecordException("not an SSL/TLS record: 485454502f312e31"));
    assertThat(failed).hasMessageContaining("use ws://").hasNoCause();
    assertThat(failed.getMessage()).doesNotContain("4854");
  }
}
