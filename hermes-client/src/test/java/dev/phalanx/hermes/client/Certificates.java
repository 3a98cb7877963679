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

  /**
   * Makes one that an authority of its own has signed, valid for 30 days.
   *
   * @param from when that begins, as keytool wants it, such as {@code -40d}
   * @return the authority's certificate is its {@code pem}
   */
  static Certificates signed(Path folder, String name, String names, String from)
      throws IOException, InterruptedException {
    Path store = folder.resolve(name + ".p12");
    Path pem = folder.resolve(name + ".pem");
    List<String> in = List.of("-keystore", store.toString(), "-storepass", PASSWORD);
    keytool(in, "-genkeypair -alias ca -keyalg EC -dname CN=authority -ext bc:c -startdate -80d");
    keytool(in, "-exportcert -rfc -alias ca -file " + pem);
    keytool(
        in,
        "-genkeypair -alias own -keyalg EC -signer ca -validity 30 -startdate "
            + from
            + " -dname CN="
            + name
            + " -ext san="
            + names);
    keytool(in, "-delete -alias ca");
    return new Certificates(store, pem);
  }

  private static void keytool(List<String> in, String command)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command.split(" ")));
    all.addAll(in);
    keytool(all.toArray(String[]::new));
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.add("-J-XX:TieredStopAtLevel=1"); // it is over before more would pay
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
