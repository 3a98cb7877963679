package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server's private key in the formats that tools write, and what is said of the others. */
class PemKeysTest {
  private static final String PASSWORD = "correct horse";

  @TempDir private Path folder;

  private static void isServed(TestKeys keys, Path key, String password) throws Exception {
    TlsConfig tls = TlsConfig.of(new TlsConfig.Keys.Pem(keys.chain(), key, password));
    try (Serving serving = serving(tls);
        HttpClient http = HttpClient.newBuilder().sslContext(keys.trusted()).build()) {
      URI uri = URI.create("https://localhost:" + serving.server().port() + "/");
      String body = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      assertThat(body).isEqualTo("served");
    }
  }

  private static Serving serving(TlsConfig tls) throws IOException {
    HttpServerConfig config = HttpServerConfig.defaults().withTls(tls);
    return Serving.of(runner ->
        runner
            .withRoutes(RouteGroup.builder().get("/", scope -> Response.text("served")).build())
            .withConfig(config));
  }

  private static String refusal(Path chain, Path key, String password) {
    TlsConfig tls = TlsConfig.of(new TlsConfig.Keys.Pem(chain, key, password));
    try (Serving serving = serving(tls)) {
      throw new AssertionError("served: " + serving);
    } catch (IOException e) {
      return e.getMessage();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Path pem(String type, byte[] der) throws IOException {
    return pem(type, "", der);
  }

  private Path pem(String type, String headers, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN %s-----\n%s%s\n-----END %s-----\n";
    return Files.writeString(
        folder.resolve("other.key"), text.formatted(type, headers, base64, type));
  }

  private static byte[] pkcs8(TestKeys keys) throws Exception {
    String text = Files.readString(keys.key(), UTF_8).replaceAll("-----.*?-----", "");
    return Base64.getMimeDecoder().decode(text);
  }

  // ---- what is read ----

  @Test
  void a_key_of_rsa_as_older_tools_write_it_pkcs_1() throws Exception {
    TestKeys keys = TestKeys.makeOf("RSA", folder, "rsa");
    byte[] pkcs8 = pkcs8(keys);
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length); // what PKCS #8 has inside

    isServed(keys, pem("RSA PRIVATE KEY", pkcs1), null);
  }

  @Test
  void a_key_of_a_curve_as_older_tools_write_it_sec_1() throws Exception {
    TestKeys keys = TestKeys.makeOf("EC", folder, "ec");
    isServed(keys, pem("EC PRIVATE KEY", sec1(keys)), null);
  }

  /** As {@code openssl ecparam -genkey} does, with the parameters in front. */
  private static byte[] sec1(TestKeys keys) throws Exception {
    ECPrivateKey key =
        (ECPrivateKey)
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8(keys)));
    String secret = "%096x".formatted(key.getS()); // of secp384r1, which is keytool's own choice
    return HexFormat.of().parseHex("303e0201010430" + secret + "a00706052b81040022");
  }

  @Test
  void a_key_of_ed25519() throws Exception {
    TestKeys keys = TestKeys.makeOf("Ed25519", folder, "ed");
    isServed(keys, keys.key(), null);
  }

  @Test
  void an_encrypted_key_with_its_password() throws Exception {
    TestKeys keys = TestKeys.makeOf("EC", folder, "ec");
    isServed(keys, pem("ENCRYPTED PRIVATE KEY", encrypted(pkcs8(keys))), PASSWORD);
  }

  private static byte[] encrypted(byte[] der) throws Exception {
    String algorithm = "PBEWithHmacSHA256AndAES_256";
    SecretKey key =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(PASSWORD.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key,
        new PBEParameterSpec(new byte[16], 2048, new IvParameterSpec(new byte[16])));
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    return new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(der)).getEncoded();
  }

  @Test
  void certificate_and_key_in_one_file() throws Exception {
    TestKeys keys = TestKeys.makeOf("EC", folder, "ec");
    Path both = folder.resolve("both.pem");
    Files.writeString(both, Files.readString(keys.key()) + Files.readString(keys.chain()));
    TlsConfig.Keys pem = new TlsConfig.Keys.Pem(both, both, null);
    serving(TlsConfig.of(pem)).close();
  }

  // ---- what is said of the others ----

  @Test
  void an_encrypted_key_without_its_password_or_with_another() throws Exception {
    TestKeys keys = TestKeys.makeOf("EC", folder, "ec");
    Path key = pem("ENCRYPTED PRIVATE KEY", encrypted(pkcs8(keys)));

    assertThat(refusal(keys.chain(), key, null))
        .contains(
            key + " is encrypted: set its password in Keys.Pem, or decrypt it: openssl pkey ");
    assertThat(refusal(keys.chain(), key, "wrong"))
        .contains(key + " can't be decrypted: its password is another one")
        .doesNotContain("wrong");
  }

  @Test
  void a_key_in_a_format_that_is_not_read_and_how_to_convert_it() throws Exception {
    TestKeys keys = TestKeys.makeOf("EC", folder, "ec");
    String old = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n";
    byte[] der = pkcs8(keys);

    assertThat(refusal(keys.chain(), pem("RSA PRIVATE KEY", old, der), PASSWORD))
        .contains("is encrypted in OpenSSL's old format; to convert it: openssl pkey -in ");
    assertThat(refusal(keys.chain(), pem("OPENSSH PRIVATE KEY", der), null))
        .contains("is in OpenSSH's format; to convert it in place: ssh-keygen -p -m PKCS8 -f ");
    assertThat(refusal(keys.chain(), pem("DSA PRIVATE KEY", der), null))
        .contains("is in a format that is not read, DSA PRIVATE KEY");
    assertThat(refusal(keys.chain(), pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}), null))
        .contains("is damaged, or names no curve");
    assertThat(refusal(keys.chain(), pem("PRIVATE KEY", new byte[] {0x30, 0}), null))
        .contains("is damaged, or no key of RSA, EC or EdDSA (Ed25519)");
    assertThat(refusal(keys.chain(), Files.write(folder.resolve("x.der"), der), null))
        .contains("x.der holds no private key in PEM; from DER: openssl pkey -inform der -in ");
  }

  @Test
  void certificate_and_key_swapped() throws Exception {
    TestKeys keys = TestKeys.makeOf("EC", folder, "ec");

    assertThat(refusal(keys.key(), keys.chain(), null))
        .contains(
            keys.key() + " holds a private key and no certificate; are the two files swapped?");
    assertThat(refusal(keys.chain(), keys.chain(), null))
        .contains(
            keys.chain() + " holds a certificate and no private key; are the two files swapped?");
  }

  @Test
  void a_certificate_that_is_not_in_pem() throws Exception {
    TestKeys keys = TestKeys.makeOf("EC", folder, "ec");
    Path der = Files.write(folder.resolve("c.der"), keys.certificate().getEncoded());

    assertThatThrownBy(() -> serving(TlsConfig.pem(der, keys.key())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("holds no certificate in PEM; from DER: openssl x509 -inform der");
  }
}
