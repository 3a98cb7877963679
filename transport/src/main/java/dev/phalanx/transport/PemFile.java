package dev.phalanx.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a PEM file (RFC 7468). What a file lacks, and how the operator gets it, is said in
 * the exceptions.
 */
record PemFile(Path path, List<Block> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * In front of the data, in a format that OpenSSL had before PKCS #8: headers and a blank line.
   */
  private static final Pattern HEADERS = Pattern.compile("(?s).*?:.*?\\R\\s*\\R");

  /**
   * What is between two lines.
   *
   * @param type as in {@code -----BEGIN type-----}
   * @param isEncrypted whether OpenSSL's own headers say so (PKCS #8 does that otherwise)
   */
  record Block(String type, boolean isEncrypted, byte[] der) {}

  static PemFile read(Path path) throws IOException {
    Matcher matcher = BLOCK.matcher(Files.readString(path, StandardCharsets.ISO_8859_1));
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      String body = matcher.group(2);
      Matcher headers = HEADERS.matcher(body);
      String base64 = headers.lookingAt() ? body.substring(headers.end()) : body;
      blocks.add(
          new Block(
              matcher.group(1),
              body.contains("Proc-Type: 4,ENCRYPTED"),
              Base64.getMimeDecoder().decode(base64)));
    }
    return new PemFile(path, blocks);
  }

  private boolean has(String type) {
    return blocks.stream().anyMatch(block -> block.type().endsWith(type));
  }

  /** The certificates, in order; at least one. */
  X509Certificate[] certificates() throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>();
    for (Block block : blocks) {
      if (block.type().equals("CERTIFICATE")) {
        ByteArrayInputStream der = new ByteArrayInputStream(block.der());
        chain.add((X509Certificate) factory.generateCertificate(der));
      }
    }
    if (chain.isEmpty()) {
      throw new CertificateException(
          has("PRIVATE KEY")
              ? path + " holds a private key and no certificate; are the two files swapped?"
              : path
                  + " holds no certificate in PEM; from DER: openssl x509 -inform der -in "
                  + path
                  + " -out NEW");
    }
    return chain.toArray(X509Certificate[]::new);
  }

  /** The first private key. */
  PrivateKey privateKey(@Nullable String password) throws GeneralSecurityException {
    for (Block block : blocks) {
      if (block.type().endsWith("PRIVATE KEY")) {
        return privateKey(block, password);
      }
    }
    throw new KeyException(
        has("CERTIFICATE")
            ? path + " holds a certificate and no private key; are the two files swapped?"
            : path + " holds no private key in PEM" + remedy("; from DER", "-inform der "));
  }

  private PrivateKey privateKey(Block block, @Nullable String password)
      throws GeneralSecurityException {
    if (block.isEncrypted()) {
      throw new KeyException(
          path + " is encrypted in OpenSSL's old format" + remedy("; to convert it", ""));
    }
    return switch (block.type()) {
      case "PRIVATE KEY" -> KeyFormats.pkcs8(path, block.der());
      case "RSA PRIVATE KEY" -> KeyFormats.pkcs1(path, block.der());
      case "EC PRIVATE KEY" -> KeyFormats.sec1(path, block.der());
      case "ENCRYPTED PRIVATE KEY" -> {
        if (password == null) {
          throw new KeyException(
              path + " is encrypted: set its password in Keys.Pem" + remedy(", or decrypt it", ""));
        }
        yield KeyFormats.encryptedPkcs8(path, block.der(), password);
      }
      case "OPENSSH PRIVATE KEY" ->
          throw new KeyException(
              path
                  + " is in OpenSSH's format; to convert it in place: ssh-keygen -p -m PKCS8 -f "
                  + path);
      default ->
          throw new KeyException(
              path + " is in a format that is not read, " + block.type() + remedy("; try", ""));
    };
  }

  private String remedy(String what, String options) {
    return "%s: openssl pkey %s-in %s -out NEW".formatted(what, options, path);
  }
}
