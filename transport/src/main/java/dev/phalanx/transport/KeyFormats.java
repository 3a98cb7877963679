package dev.phalanx.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Private keys in DER. The JDK reads PKCS #8 (RFC 5958); the two older formats are what PKCS #8 has
 * inside, so they are read by putting PKCS #8 around them.
 */
final class KeyFormats {
  private static final List<String> ALGORITHMS = List.of("RSA", "RSASSA-PSS", "EC", "EdDSA");

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int CONTEXT_0 = 0xa0;

  private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");

  private KeyFormats() {}

  /** PKCS #8, not encrypted. */
  static PrivateKey pkcs8(Path file, byte[] der) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        continue; // of another algorithm
      }
    }
    throw new KeyException(file + " is damaged, or no key of RSA, EC or EdDSA (Ed25519)");
  }

  /** PKCS #1 (RFC 8017, appendix A.1.2): RSA. */
  static PrivateKey pkcs1(Path file, byte[] der) throws GeneralSecurityException {
    return pkcs8(file, element(SEQUENCE, VERSION_0, RSA, element(OCTET_STRING, der)));
  }

  /** SEC 1 (RFC 5915): elliptic curves. */
  static PrivateKey sec1(Path file, byte[] der) throws GeneralSecurityException {
    byte[] algorithm = element(SEQUENCE, EC_PUBLIC_KEY, curve(file, der));
    return pkcs8(file, element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, der)));
  }

  /** The parameters of a key of SEC 1, which are optional there. */
  private static byte[] curve(Path file, byte[] der) throws KeyException {
    ByteBuffer key = next(file, ByteBuffer.wrap(der), SEQUENCE);
    next(file, key, INTEGER);
    next(file, key, OCTET_STRING);
    ByteBuffer curve = next(file, key, CONTEXT_0);
    byte[] bytes = new byte[curve.remaining()];
    curve.get(bytes);
    return bytes;
  }

  /** PKCS #8, encrypted with a password. */
  static PrivateKey encryptedPkcs8(Path file, byte[] der, String password)
      throws GeneralSecurityException {
    EncryptedPrivateKeyInfo encrypted;
    try {
      encrypted = new EncryptedPrivateKeyInfo(der);
    } catch (IOException e) {
      throw new KeyException(file + " is damaged: " + e.getMessage(), e);
    }
    AlgorithmParameters parameters = encrypted.getAlgParameters();
    String algorithm = // PBES2 is a frame; its parameters are called by the algorithms inside
        parameters != null && encrypted.getAlgName().equals("PBES2")
            ? parameters.toString()
            : encrypted.getAlgName();
    SecretKey key =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(password.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.DECRYPT_MODE, key, parameters);
    try {
      return pkcs8(file, encrypted.getKeySpec(cipher).getEncoded());
    } catch (InvalidKeySpecException e) {
      throw new KeyException(file + " can't be decrypted: its password is another one", e);
    }
  }

  // ---- DER (ITU-T X.690) ----

  private static byte[] element(int tag, byte[]... contents) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] each : contents) {
      all.writeBytes(each);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    int length = all.size();
    if (length > 127) {
      int octets = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
      element.write(0x80 | octets);
      for (int shift = 8 * (octets - 1); shift > 0; shift -= 8) {
        element.write(length >> shift);
      }
    }
    element.write(length);
    element.writeBytes(all.toByteArray());
    return element.toByteArray();
  }

  /** The contents of the next element, which must have this tag. */
  private static ByteBuffer next(Path file, ByteBuffer in, int tag) throws KeyException {
    if (in.remaining() < 2 || (in.get() & 0xff) != tag) {
      throw damaged(file);
    }
    int length = in.get() & 0xff;
    if (length > 127) {
      int octets = length & 0x7f;
      length = 0;
      for (int i = 0; i < octets && in.hasRemaining() && length <= 0xffff; i++) {
        length = length << 8 | in.get() & 0xff;
      }
    }
    if (length > in.remaining()) {
      throw damaged(file);
    }
    ByteBuffer contents = in.slice(in.position(), length);
    in.position(in.position() + length);
    return contents;
  }

  private static KeyException damaged(Path file) {
    return new KeyException(
        "%s is damaged, or names no curve; try: openssl pkey -in %s -out NEW"
            .formatted(file, file));
  }
}
