package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.TlsConfig;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.SignatureSpi;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A handshake that computes for as long as the test likes, since its signature does, on a server
 * with one event loop: the other connections of that loop notice nothing.
 */
class TlsHandshakeTest {
  @TempDir private static Path shared;
  private static TestKeys server;

  private final Provider slow = new SlowSignatures();

  @BeforeAll
  static void keys_are_made() throws Exception {
    server = TestKeys.make(shared, "server", "CN=localhost");
  }

  @BeforeEach
  void nobody_signs() {
    Signing.begun.set(0);
    Signing.goesOn = new CountDownLatch(1);
  }

  @AfterEach
  void all_sign_again() {
    Signing.goesOn.countDown();
    Security.removeProvider(slow.getName());
  }

  private static Serving serving() throws Exception {
    HttpServerConfig oneLoop =
        HttpServerConfig.defaults()
            .withEventLoops(1)
            .withTls(TlsConfig.pem(server.chain(), server.key()));
    RouteGroup routes = RouteGroup.builder().get("/", scope -> Response.text("served")).build();
    return Serving.of(runner -> runner.withRoutes(routes).withConfig(oneLoop));
  }

  private static SSLSocket socket(Serving serving) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            server.trusted().getSocketFactory().createSocket("localhost", serving.server().port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void isServed(SSLSocket socket) throws IOException {
    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
    byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    assertThat(new String(answer, US_ASCII)).isEqualTo("HTTP/1.1 200");
    socket.getInputStream().read(new byte[4096]);
  }

  /** Says hello, and waits until the server signs. */
  private static Thread signs(SSLSocket socket) {
    Thread client =
        Thread.ofVirtual()
            .start(() -> {
              try {
                socket.startHandshake();
              } catch (IOException e) { // the test ends it
                assertThat(e).isNotNull();
              }
            });
    await().until(() -> Signing.begun.get() > 0);
    return client;
  }

  @Test
  void others_are_served_while_a_handshake_computes() throws Exception {
    try (Serving serving = serving();
        SSLSocket known = socket(serving);
        SSLSocket coming = socket(serving)) {
      isServed(known);
      Security.insertProviderAt(slow, 1);
      Thread client = signs(coming);

      isServed(known);

      Signing.goesOn.countDown();
      client.join();
      isServed(coming);
    }
  }

  /** The engine is locked while it computes; its event loop has to close it. */
  @Test
  void others_are_served_when_a_peer_goes_while_its_handshake_computes() throws Exception {
    try (Serving serving = serving();
        SSLSocket known = socket(serving)) {
      isServed(known);
      Security.insertProviderAt(slow, 1);
      Socket plain = new Socket("localhost", serving.server().port());
      SSLSocket going =
          (SSLSocket)
              server
                  .trusted()
                  .getSocketFactory()
                  .createSocket(plain, "localhost", plain.getPort(), true);
      signs(going);
      plain.setSoLinger(true, 0);
      plain.close(); // a reset

      for (int i = 0; i < 20; i++) {
        isServed(known);
      }
      Signing.goesOn.countDown();
      isServed(known);
    }
  }

  /** What the test sees of those who sign, and how it lets them go on. */
  private static final class Signing {
    static final AtomicInteger begun = new AtomicInteger();
    static volatile CountDownLatch goesOn = new CountDownLatch(0);

    static void begin() {
      begun.incrementAndGet();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Signs when the test allows it, by the JDK's own signature: the next in order. */
  @SuppressWarnings("serial")
  private static final class SlowSignatures extends Provider {
    SlowSignatures() {
      super("SlowSignatures", "1", "signs when the test allows it");
      put("Signature.SHA384withECDSA", SlowSignature.class.getName()); // as keytool's keys are
    }
  }

  /** Takes no key, as late as the test likes. */
  public static final class SlowSignature extends SignatureSpi {
    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
      Signing.begin();
      throw new InvalidKeyException("not mine");
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      throw new InvalidKeyException("not mine");
    }

    @Override
    protected void engineUpdate(byte value) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected byte[] engineSign() {
      throw new UnsupportedOperationException();
    }

    @Override
    protected boolean engineVerify(byte[] signature) {
      throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("deprecation")
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("deprecation")
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException();
    }
  }
}
