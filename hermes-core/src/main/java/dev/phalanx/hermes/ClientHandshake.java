package dev.phalanx.hermes;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.http.Headers;
import dev.phalanx.rfc6455.DeflateNegotiation;
import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.Handshake;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one opening handshake (RFC 6455, section 4.1): what is asked, and whether
 * the answer is one to that. For those who dial; each attempt needs one of its own, since its key
 * is good for one.
 */
public final class ClientHandshake {
  /** What an answer comes to. */
  public sealed interface Verdict {}

  /**
   * The connection must be failed.
   *
   * @param fault what was expected, and isn't so; fit for a log
   */
  public record Refused(String fault) implements Verdict {}

  /** The connection is open. */
  public static final class Agreed implements Verdict {
    private final WsConfig config;
    private final @Nullable String subprotocol;
    private final @Nullable DeflateParameters deflate;

    private Agreed(
        WsConfig config, @Nullable String subprotocol, @Nullable DeflateParameters deflate) {
      this.config = config;
      this.subprotocol = subprotocol;
      this.deflate = deflate;
    }

    /**
     * What takes the wire over.
     *
     * @param token cancelled when the peer has gone and what it sent has been received
     * @param delivery how it finds out what has arrived
     */
    public ClientSession session(
        CancellationToken token, TimeSource time, DeliveryConfig delivery) {
      return new ClientSession(config, subprotocol, deflate, token, time, delivery);
    }
  }

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String VERSION = "13";
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";
  private static final String ACCEPT = "Sec-WebSocket-Accept";

  /** Headers that are the handshake's own, or would break its framing. */
  private static final Set<String> RESERVED = reserved();

  private final WsConfig config;
  private final String key;

  private ClientHandshake(WsConfig config, String key) {
    this.config = config;
    this.key = key;
  }

  /** A handshake with a new key, which nobody can predict. */
  public static ClientHandshake of(WsConfig config) {
    return new ClientHandshake(config, Handshake.newKey(RANDOM));
  }

  /** Whether a header can't be added to the request: it is the handshake's to set. */
  public static boolean isReserved(String name) {
    return RESERVED.contains(name);
  }

  private static Set<String> reserved() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(
        List.of("Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding", "Expect"));
    names.addAll(List.of("Sec-WebSocket-Key", "Sec-WebSocket-Version", SUBPROTOCOL, EXTENSIONS));
    names.add(ACCEPT);
    return names;
  }

  /**
   * The headers of the request, but for {@code Host}.
   *
   * @param more that are none of the handshake's own
   */
  public Headers request(Headers more) {
    Headers headers =
        more.with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with("Sec-WebSocket-Version", VERSION)
            .with("Sec-WebSocket-Key", key);
    if (!config.subprotocols().isEmpty()) {
      headers = headers.with(SUBPROTOCOL, String.join(", ", config.subprotocols()));
    }
    Compression compression = config.compression();
    return compression == null
        ? headers
        : headers.with(EXTENSIONS, DeflateNegotiation.offer(compression.wishes()));
  }

  /** Judges an answer. */
  public Verdict judge(int status, Headers answer) {
    String fault = faultOf(status, answer);
    if (fault != null) {
      return new Refused(fault);
    }
    try {
      return new Agreed(config, answer.first(SUBPROTOCOL), compression(answer));
    } catch (IllegalArgumentException e) {
      return new Refused(String.valueOf(e.getMessage()));
    }
  }

  /** The steps of section 4.1, "the client MUST validate", up to the extensions. */
  private @Nullable String faultOf(int status, Headers answer) {
    if (status != 101) {
      return "status 101 was expected, not " + status;
    }
    List<String> upgrade = answer.all("Upgrade");
    if (upgrade.size() != 1 || !upgrade.getFirst().strip().equalsIgnoreCase("websocket")) {
      return "the header Upgrade: websocket was expected";
    }
    if (!Handshake.hasToken(answer.all("Connection"), "Upgrade")) {
      return "the header Connection: Upgrade was expected";
    }
    List<String> accept = answer.all(ACCEPT);
    if (accept.size() != 1 || !accept.getFirst().strip().equals(Handshake.accept(key))) {
      return "a Sec-WebSocket-Accept that answers our key was expected";
    }
    List<String> chosen = answer.all(SUBPROTOCOL);
    if (chosen.size() > 1
        || (chosen.size() == 1 && !config.subprotocols().contains(chosen.getFirst()))) {
      // Which were offered stays out: a token may be among them.
      return "one of the subprotocols that were offered was expected, or none";
    }
    return null;
  }

  private @Nullable DeflateParameters compression(Headers answer) {
    Compression ours = config.compression();
    List<String> accepted = answer.all(EXTENSIONS);
    if (ours != null) {
      return DeflateNegotiation.agreed(accepted, ours.wishes());
    }
    if (!accepted.isEmpty()) {
      throw new IllegalArgumentException("the server accepted an extension that was not offered");
    }
    return null;
  }
}
