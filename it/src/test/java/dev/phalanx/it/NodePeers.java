package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.Json;
import dev.phalanx.http.JsonException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A process of Node.js with npm's {@code ws} in it: as many clients as one likes, which say what
 * they are told to. {@code it/node/peer.mjs} is the other half.
 */
final class NodePeers implements AutoCloseable {
  /** Surefire says where the module is; an IDE runs tests in it. */
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("node");

  private static final Pattern INTEGRITY = Pattern.compile("\"integrity\": \"[^\"]+\"");

  private final Process process;
  private final OutputStream orders;
  private final Map<Integer, Client> clients = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();

  private NodePeers(Process process) {
    this.process = process;
    this.orders = process.getOutputStream();
    // Not a virtual thread: who reads a pipe holds its carrier, and two of them all that there are.
    Thread.ofPlatform().daemon().name("node's standard output").start(this::listen);
  }

  /**
   * Starts Node.js. Where it is missing, or {@code ws} can't be installed, the calling test is
   * skipped; but it fails where the environment says {@code CI}.
   */
  static NodePeers start() throws IOException, InterruptedException {
    if (!isThere("node")) {
      unavailable("There is no `node` on the PATH: install Node.js 18 or newer, and npm.");
    }
    if (!isInstalled()) {
      install();
    }
    Process node =
        new ProcessBuilder("node", "peer.mjs")
            .directory(FOLDER.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new NodePeers(node);
  }

  private static boolean isThere(String command) throws InterruptedException {
    try {
      return run(command, "--version").status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether npm has installed what the lock file asks for. */
  private static boolean isInstalled() throws IOException {
    Path installed = FOLDER.resolve("node_modules/.package-lock.json");
    if (!Files.exists(installed)) {
      return false;
    }
    String there = Files.readString(installed);
    return INTEGRITY
        .matcher(Files.readString(FOLDER.resolve("package-lock.json")))
        .results()
        .map(MatchResult::group)
        .allMatch(there::contains);
  }

  private static void install() throws IOException, InterruptedException {
    if (!isThere("npm")) {
      unavailable("There is no `npm` on the PATH, and npm's `ws` isn't installed: install npm.");
    }
    Output npm = run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    if (npm.status() != 0) {
      unavailable("`npm ci` failed in " + FOLDER + ":\n" + npm.text());
    }
  }

  private static Output run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(nothing()))
            .start();
    try (BufferedReader reader = process.inputReader()) {
      String text = String.join("\n", reader.lines().toList());
      if (!process.waitFor(2, MINUTES)) {
        process.destroyForcibly();
      }
      return new Output(process.waitFor(), text);
    }
  }

  private static File nothing() {
    return new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
  }

  private static void unavailable(String why) {
    Ci.lacks(why + "\nNpmWsClientTest needs it, to talk to a client that no one here wrote.");
  }

  /** Connects, and waits until the WebSocket is open. */
  Client connect(URI uri, String... subprotocols) throws IOException, InterruptedException {
    Client client = open(uri, subprotocols);
    client.subprotocol = client.hears("open").text();
    return client;
  }

  /**
   * Connects with compression, and waits until the WebSocket is open.
   *
   * @param deflate the options of {@code ws} for it
   */
  Client connectCompressed(URI uri, Map<String, Object> deflate)
      throws IOException, InterruptedException {
    Client client = open(uri, Map.of("subprotocols", List.of(), "deflate", deflate));
    client.extensions = client.hears("extensions").text();
    client.hears("open", "");
    return client;
  }

  /** Begins to connect. */
  Client open(URI uri, String... subprotocols) throws IOException {
    return open(uri, Map.of("subprotocols", List.of(subprotocols)));
  }

  /**
   * Has a server listen that sends back what it hears.
   *
   * @param subprotocol the one that it speaks
   * @param deflate the options of {@code ws} for compression; false for none
   */
  URI listen(String subprotocol, Object deflate) throws IOException, InterruptedException {
    Client server = new Client(ids.incrementAndGet());
    clients.put(server.id, server);
    order(
        Map.of("verb", "listen", "id", server.id, "subprotocol", subprotocol, "deflate", deflate));
    return URI.create("ws://127.0.0.1:" + server.hears("listening").code() + "/");
  }

  private Client open(URI uri, Map<String, Object> options) throws IOException {
    Client client = new Client(ids.incrementAndGet());
    clients.put(client.id, client);
    Map<String, Object> order = new HashMap<>(options);
    order.putAll(Map.of("verb", "open", "id", client.id, "url", uri.toString()));
    order(order);
    return client;
  }

  private void order(Map<String, Object> order) throws IOException {
    synchronized (orders) {
      orders.write(Json.write(order));
      orders.write('\n');
      orders.flush();
    }
  }

  private void listen() {
    process
        .inputReader(UTF_8)
        .lines()
        .forEach(line -> {
          try {
            Heard heard = Json.read(line.getBytes(UTF_8), Heard.class);
            clients.get(heard.id()).heard.add(heard);
          } catch (JsonException e) {
            System.err.println("not from peer.mjs: " + line);
          }
        });
  }

  @Override
  public void close() throws IOException {
    orders.close(); // at the end of its input, the process ends
    try {
      if (!process.waitFor(10, SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What a client heard: {@code open}, {@code text}, {@code binary}, {@code pong}, {@code close}…
   */
  record Heard(int id, String what, String text, int code) {}

  private record Output(int status, String text) {}

  /** One WebSocket of the process. */
  final class Client {
    private final int id;
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private String subprotocol = "";
    private String extensions = "";

    private Client(int id) {
      this.id = id;
    }

    String subprotocol() {
      return subprotocol;
    }

    /** What the server has answered in {@code Sec-WebSocket-Extensions}. */
    String extensions() {
      return extensions;
    }

    Client says(String text) throws IOException {
      order(Map.of("verb", "text", "id", id, "text", text, "last", true));
      return this;
    }

    Client saysInParts(String... parts) throws IOException {
      for (int i = 0; i < parts.length; i++) {
        boolean last = i == parts.length - 1;
        order(Map.of("verb", "text", "id", id, "text", parts[i], "last", last));
      }
      return this;
    }

    Client says(byte[] bytes) throws IOException {
      String base64 = Base64.getEncoder().encodeToString(bytes);
      order(Map.of("verb", "binary", "id", id, "base64", base64, "last", true));
      return this;
    }

    Client saysInParts(List<byte[]> parts) throws IOException {
      for (int i = 0; i < parts.size(); i++) {
        String base64 = Base64.getEncoder().encodeToString(parts.get(i));
        boolean last = i == parts.size() - 1;
        order(Map.of("verb", "binary", "id", id, "base64", base64, "last", last));
      }
      return this;
    }

    Client pings(String payload) throws IOException {
      order(Map.of("verb", "ping", "id", id, "text", payload));
      return this;
    }

    Client closes(int code, String reason) throws IOException {
      order(Map.of("verb", "close", "id", id, "code", code, "text", reason));
      return this;
    }

    /** Goes without a word. */
    void terminates() throws IOException {
      order(Map.of("verb", "terminate", "id", id));
    }

    Client hears(String kind, String text) throws InterruptedException {
      assertThat(next()).isEqualTo(new Heard(id, kind, text, 0));
      return this;
    }

    Client hears(byte[] bytes) throws InterruptedException {
      Heard next = hears("binary");
      assertThat(Base64.getDecoder().decode(next.text())).isEqualTo(bytes);
      return this;
    }

    void hearsClose(int code, String reason) throws InterruptedException {
      assertThat(next()).isEqualTo(new Heard(id, "close", reason, code));
    }

    Heard hears(String kind) throws InterruptedException {
      Heard next = next();
      assertThat(next.what()).as(next.toString()).isEqualTo(kind);
      return next;
    }

    private Heard next() throws InterruptedException {
      Heard next = heard.poll(20, SECONDS);
      return next == null ? new Heard(id, "nothing", "for 20 s", 0) : next;
    }
  }
}
