package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key and the certificate that it has signed for itself, by the JDK's keytool, in a folder. */
record TestKeys(Path store) {
  static final String PASSWORD = "correct horse";

  private static final String ALIAS = "key";
  private static final String AUTHORITY = "authority";

  /**
   * Makes them.
   *
   * @param subject who it is for, as in {@code CN=localhost}
   */
  static TestKeys make(Path folder, String name, String subject) throws Exception {
    return make(folder, name, subject, "dns:localhost,ip:127.0.0.1");
  }

  /**
   * Makes them.
   *
   * @param hosts whom the certificate is for, as keytool has it: {@code dns:localhost}
   */
  static TestKeys make(Path folder, String name, String subject, String hosts) throws Exception {
    return make("EC", folder, name, subject, hosts);
  }

  /** Makes them for localhost, with a key of an algorithm as keytool has it. */
  static TestKeys makeOf(String algorithm, Path folder, String name) throws Exception {
    return make(algorithm, folder, name, "CN=localhost", "dns:localhost");
  }

  private static TestKeys make(
      String algorithm, Path folder, String name, String subject, String hosts) throws Exception {
    Path store = folder.resolve(name + ".p12");
    generate(store, ALIAS, algorithm, "-dname", subject, "-ext", "san=" + hosts);
    return new TestKeys(store);
  }

  /** Makes an authority of our own, and for localhost what it vouches for. */
  static TestKeys makeWithAuthority(Path folder, String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    String its = "CN=" + name;
    generate(store, AUTHORITY, "EC", "-dname", "CN=authority", "-ext", "bc:critical=ca:true");
    generate(store, ALIAS, "EC", "-dname", its, "-ext", "san=dns:localhost", "-signer", AUTHORITY);
    return new TestKeys(store);
  }

  private static void generate(Path store, String alias, String algorithm, String... more)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of("-alias", alias, "-keyalg", algorithm));
    if (algorithm.equals("RSA")) { // the size it takes by itself costs seconds
      command.addAll(List.of("-keysize", "2048"));
    }
    command.addAll(List.of(more));
    Command.SHORT_LIVED.forEach(option -> command.add("-J" + option));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertThat(keytool.waitFor(60, SECONDS)).as("keytool has ended").isTrue();
    assertThat(keytool.exitValue()).as(said).isZero();
  }

  Certificate certificate() throws GeneralSecurityException, IOException {
    return keyStore().getCertificate(ALIAS);
  }

  /** The certificate as a PEM file. */
  Path chain() throws GeneralSecurityException, IOException {
    return pem("crt", "CERTIFICATE", certificate().getEncoded());
  }

  /** The certificate of the authority that {@link #makeWithAuthority} has made, as a PEM file. */
  Path authority() throws GeneralSecurityException, IOException {
    return pem("ca", "CERTIFICATE", keyStore().getCertificate(AUTHORITY).getEncoded());
  }

  /** The key as a PEM file. */
  Path key() throws GeneralSecurityException, IOException {
    byte[] key = keyStore().getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
    return pem("key", "PRIVATE KEY", key);
  }

  private Path pem(String suffix, String what, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what);
    return Files.writeString(path(suffix), text);
  }

  private Path path(String suffix) {
    return store.resolveSibling(store.getFileName().toString().replace(".p12", "." + suffix));
  }

  /** Puts these where others were, as one who renews a certificate does: each file at once. */
  void replace(TestKeys others) throws Exception {
    replaceKey(others);
    replaceChain(others);
  }

  /** The first half of {@link #replace}. */
  void replaceKey(TestKeys others) throws Exception {
    Files.move(key(), others.path("key"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The second half of {@link #replace}. */
  void replaceChain(TestKeys others) throws Exception {
    Files.move(chain(), others.path("crt"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** What a client trusts these with, and shows nothing itself. */
  SSLContext trusted() throws GeneralSecurityException, IOException {
    return context(new KeyManager[0], certificate());
  }

  /** What a client trusts these and others with, and shows nothing itself. */
  SSLContext trustedWith(TestKeys others) throws GeneralSecurityException, IOException {
    return context(new KeyManager[0], certificate(), others.certificate());
  }

  /** What a client trusts these with, and shows its own. */
  SSLContext trustedBy(TestKeys client) throws GeneralSecurityException, IOException {
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(client.keyStore(), PASSWORD.toCharArray());
    return context(own.getKeyManagers(), certificate());
  }

  private static SSLContext context(KeyManager[] own, Certificate... trusted)
      throws GeneralSecurityException, IOException {
    KeyStore authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    for (Certificate each : trusted) {
      authorities.setCertificateEntry("authority " + authorities.size(), each);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own, trust.getTrustManagers(), null);
    return context;
  }

  private KeyStore keyStore() throws GeneralSecurityException, IOException {
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }
}
