package dev.phalanx.cli;

import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that nobody vouches for, for this machine's own names, made by the JDK's {@code
 * keytool} and kept until the process ends.
 *
 * @param tls with the certificate and its key
 * @param certificate a PEM file, for clients that are to trust it
 */
record SelfSigned(TlsConfig tls, Path certificate) {
  private static final long LIMIT_SECONDS = 30;
  private static final String ALIAS = "hermes";

  /**
   * Makes one.
   *
   * @param host a further name, or address, that it is for
   * @throws IOException that says why keytool couldn't
   */
  static SelfSigned make(String host) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("hermes-tls"); // for this user's eyes only
    Path store = folder.resolve("self-signed.p12");
    Path certificate = folder.resolve("self-signed.pem");
    folder.toFile().deleteOnExit(); // the folder after the files: the last named goes first
    store.toFile().deleteOnExit();
    certificate.toFile().deleteOnExit();
    String password = HexFormat.of().formatHex(new SecureRandom().generateSeed(16));
    runKeytool(command(store, host), password);
    Files.writeString(certificate, pem(store, password));
    return new SelfSigned(TlsConfig.store(store, password), certificate);
  }

  private static String pem(Path store, String password) throws IOException {
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
      Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
      return "-----BEGIN CERTIFICATE-----\n"
          + lines.encodeToString(keys.getCertificate(ALIAS).getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate that keytool made can't be read", e);
    }
  }

  private static List<String> command(Path store, String host) {
    String names = "dns:localhost,ip:127.0.0.1,ip:::1";
    boolean isAddress = host.contains(":") || host.matches("[0-9.]+");
    String more = "," + (isAddress ? "ip:" : "dns:") + host;
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-keystore",
        store.toString(),
        "-storetype",
        "PKCS12",
        "-storepass:env",
        "HERMES_STORE_PASSWORD",
        "-alias",
        ALIAS,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=" + names + more,
        "-validity",
        "365");
  }

  private static void runKeytool(List<String> command, String password)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HERMES_STORE_PASSWORD", password);
    Process keytool = builder.start();
    keytool.getOutputStream().close();
    if (!keytool.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      keytool.destroyForcibly();
      throw new IOException("keytool did not end within " + LIMIT_SECONDS + " s");
    }
    if (keytool.exitValue() != 0) {
      byte[] said = keytool.getInputStream().readAllBytes();
      throw new IOException("keytool failed: " + new String(said, StandardCharsets.UTF_8).strip());
    }
  }
}
