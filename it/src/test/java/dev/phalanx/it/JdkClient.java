package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * {@link WebSocket}, the client of the JDK: says one thing after another, and keeps what it hears.
 */
final class JdkClient implements WebSocket.Listener, AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
  private final WebSocket socket;

  private JdkClient(HttpClient http, URI uri, String[] subprotocols) {
    WebSocket.Builder builder = http.newWebSocketBuilder();
    if (subprotocols.length > 0) {
      String[] others = Arrays.copyOfRange(subprotocols, 1, subprotocols.length);
      builder.subprotocols(subprotocols[0], others);
    }
    socket = builder.buildAsync(uri, this).join();
  }

  /**
   * Connects.
   *
   * @throws java.util.concurrent.CompletionException that has a {@link
   *     java.net.http.WebSocketHandshakeException} in it, if the handshake is refused
   */
  static JdkClient at(URI uri, String... subprotocols) {
    return new JdkClient(HTTP, uri, subprotocols);
  }

  /** Connects through a client of the test's own: for TLS. */
  static JdkClient at(HttpClient http, URI uri) {
    return new JdkClient(http, uri, new String[0]);
  }

  String subprotocol() {
    return socket.getSubprotocol();
  }

  // ---- speaking ----

  JdkClient says(String message) {
    socket.sendText(message, true).join();
    return this;
  }

  JdkClient saysInParts(String... parts) {
    for (int i = 0; i < parts.length; i++) {
      socket.sendText(parts[i], i == parts.length - 1).join();
    }
    return this;
  }

  JdkClient says(byte[] message) {
    socket.sendBinary(ByteBuffer.wrap(message), true).join();
    return this;
  }

  JdkClient saysInParts(byte[]... parts) {
    for (int i = 0; i < parts.length; i++) {
      socket.sendBinary(ByteBuffer.wrap(parts[i]), i == parts.length - 1).join();
    }
    return this;
  }

  JdkClient pings(String payload) {
    socket.sendPing(StandardCharsets.UTF_8.encode(payload)).join();
    return this;
  }

  JdkClient closes(int code, String reason) {
    socket.sendClose(code, reason).join();
    return this;
  }

  /** Goes without a word. */
  void breaksOff() {
    socket.abort();
  }

  @Override
  public void close() {
    breaksOff();
  }

  // ---- hearing ----

  JdkClient hears(String message) throws InterruptedException {
    assertThat(next()).isEqualTo(message);
    return this;
  }

  JdkClient hears(byte[] message) throws InterruptedException {
    assertThat(next()).isInstanceOfSatisfying(byte[].class, b -> assertThat(b).isEqualTo(message));
    return this;
  }

  String hearsText() throws InterruptedException {
    Object next = next();
    assertThat(next).isInstanceOf(String.class);
    return (String) next;
  }

  JdkClient hearsPong(String payload) throws InterruptedException {
    assertThat(next()).isEqualTo(new Pong(payload));
    return this;
  }

  void hearsClose(int code, String reason) throws InterruptedException {
    assertThat(next()).isEqualTo(new Close(code, reason));
  }

  void hearsClose(int code) throws InterruptedException {
    assertThat(next())
        .isInstanceOfSatisfying(Close.class, c -> assertThat(c.code()).as("%s", c).isEqualTo(code));
  }

  boolean hasHeardAnything() {
    return !heard.isEmpty();
  }

  private Object next() throws InterruptedException {
    Object next = heard.poll(20, SECONDS);
    return next == null ? "nothing for 20 s" : next;
  }

  private record Pong(String payload) {}

  private record Close(int code, String reason) {}

  // ---- called by the JDK, one after another ----

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      heard.add(text.toString());
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] part = new byte[data.remaining()];
    data.get(part);
    binary.writeBytes(part);
    if (last) {
      heard.add(binary.toByteArray());
      binary.reset();
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
    heard.add(new Pong(StandardCharsets.UTF_8.decode(payload).toString()));
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    heard.add(new Close(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    heard.add(error);
  }
}
