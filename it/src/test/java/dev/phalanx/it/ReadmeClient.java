package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket client, as a reader of the README would use it. */
final class ReadmeClient implements WebSocket.Listener, AutoCloseable {
  private static final int PATIENCE = 20; // seconds
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private WebSocket socket;

  static ReadmeClient connect(int port, String path, String... headers) throws Exception {
    ReadmeClient client = new ReadmeClient();
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    URI uri = URI.create("ws://127.0.0.1:" + port + path);
    client.socket = builder.buildAsync(uri, client).get(PATIENCE, TimeUnit.SECONDS);
    return client;
  }

  ReadmeClient says(String message) throws Exception {
    socket.sendText(message, true).get(PATIENCE, TimeUnit.SECONDS);
    return this;
  }

  /** Says the first part of a message. */
  ReadmeClient saysPart(String part) throws Exception {
    socket.sendText(part, false).get(PATIENCE, TimeUnit.SECONDS);
    return this;
  }

  ReadmeClient says(byte[] message) throws Exception {
    socket.sendBinary(ByteBuffer.wrap(message), true).get(PATIENCE, TimeUnit.SECONDS);
    return this;
  }

  ReadmeClient closes() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    return this;
  }

  /** The next text. */
  String hears() throws Exception {
    return (String) next();
  }

  /** The next text with this in it; what comes before is passed over. */
  String hears(String part) throws Exception {
    String message = hears();
    while (!message.contains(part)) {
      message = hears();
    }
    return message;
  }

  /** Whether anything is heard soon; it is passed over. */
  boolean hearsAnything() throws InterruptedException {
    return heard.poll(500, TimeUnit.MILLISECONDS) != null;
  }

  /** The next binary message. */
  byte[] hearsBytes() throws Exception {
    return (byte[]) next();
  }

  private Object next() throws Exception {
    Object message = heard.poll(PATIENCE, TimeUnit.SECONDS);
    assertThat(message)
        .as("the next message; the connection is closed with %s", closed.getNow(null))
        .isNotNull();
    return message;
  }

  /** The code that the server closes with. */
  int hearsClose() throws Exception {
    return closed.get(PATIENCE, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      heard.add(text.toString());
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
    byte[] some = new byte[part.remaining()];
    part.get(some);
    bytes.writeBytes(some);
    if (last) {
      heard.add(bytes.toByteArray());
      bytes.reset();
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
