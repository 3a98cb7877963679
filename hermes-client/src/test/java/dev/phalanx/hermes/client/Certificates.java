package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate that vouches for itself, made by the JDK's keytool.
 *
 * @param store keystore with certificate and key
 * @param pem the certificate
 */
record Certificates(Path store, Path pem) {
  static final String PASSWORD = "changeit";

  /**
   * Makes one.
   *
   * @param names as keytool wants them, such as {@code dns:localhost,ip:127.0.0.1}
   */
  static Certificates of(Path folder, String name, String names)
      throws IOException, InterruptedException {
    Path store = folder.resolve(name + ".p12");
    Path pem = folder.resolve(name + ".pem");
    keytool(
        "-genkeypair",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD,
        "-alias",
        "own",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=" + names,
        "-validity",
        "30");
    keytool(
        "-exportcert",
        "-rfc",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD,
        "-alias",
        "own",
        "-file",
        pem.toString());
    return new Certificates(store, pem);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("keytool", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(log, US_ASCII)).isZero();
    Files.delete(log);
  }

  TlsConfig.Keys keys() {
    return new TlsConfig.Keys.Store(store, PASSWORD);
  }
}
