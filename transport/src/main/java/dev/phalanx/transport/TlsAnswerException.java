package dev.phalanx.transport;

import java.io.IOException;

/** A host that was asked in plain HTTP has answered with a TLS record. */
final class TlsAnswerException extends IOException {
  private static final long serialVersionUID = 1;

  TlsAnswerException() {
    super("the answer is a TLS record");
  }
}
