package dev.phalanx.cli;

import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that nobody vouches for, for this machine's own names, made by the JDK's {@code
 * keytool} and kept until the process ends.
 */
final class SelfSigned {
  private static final long LIMIT_SECONDS = 30;

  private SelfSigned() {}

  /**
   * Makes one.
   *
   * @param host a further name, or address, that it is for
   * @throws IOException that says why keytool couldn't
   */
  static TlsConfig make(String host) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("hermes-tls"); // for this user's eyes only
    Path store = folder.resolve("self-signed.p12");
    folder.toFile().deleteOnExit(); // the folder after the file: the last named goes first
    store.toFile().deleteOnExit();
    String password = HexFormat.of().formatHex(new SecureRandom().generateSeed(16));
    runKeytool(command(store, host), password);
    return TlsConfig.store(store, password);
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
        "hermes",
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
