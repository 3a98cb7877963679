package dev.phalanx.transport;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** A private key and the certificates for it, from two files that may be replaced one by one. */
record PemPair(PrivateKey key, X509Certificate[] chain) {
  /**
   * Reads the files.
   *
   * @throws IOException that names the files, and what is wrong: with either, or that the one is
   *     not the other's, as between the two steps of renewing them
   */
  static PemPair read(TlsConfig.Keys.Pem pem) throws IOException {
    try {
      X509Certificate[] chain = PemFile.read(pem.chain()).certificates();
      PemPair pair = new PemPair(PemFile.read(pem.key()).privateKey(pem.password()), chain);
      if (!isPair(pair.key, pair.chain[0].getPublicKey())) {
        throw new GeneralSecurityException("the key is not the first certificate's");
      }
      return pair;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "%s and %s can't be used for TLS: %s".formatted(pem.chain(), pem.key(), e.getMessage()),
          e);
    }
  }

  /** Whether what the one signs is right for the other; true for keys that aren't known here. */
  private static boolean isPair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    @Nullable String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> null;
        };
    if (algorithm == null) {
      return true;
    }
    Signature signature = Signature.getInstance(algorithm);
    try {
      signature.initSign(key);
    } catch (InvalidKeyException e) { // of another algorithm
      return false;
    }
    byte[] signed = signature.sign(); // of nothing: whose it is can be told all the same
    signature.initVerify(certified);
    return signature.verify(signed);
  }
}
