package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.ClientHandshake;
import dev.phalanx.hermes.ClientSession;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.http.Headers;
import dev.phalanx.transport.Dialer;
import dev.phalanx.transport.DialledAnswer;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Opens a WebSocket: dials, checks the answer, follows redirects as far as it may, and sends the
 * greeting. Any thread but a lane.
 */
final class Opening {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** The headers that another origin may get; all others may be secrets. */
  private static final List<String> HARMLESS = List.of("Accept-Language", "Origin", "User-Agent");

  private final Dialer dialer;
  private final URI uri;
  private final WsClientConfig config;
  private final TimeSource time;

  Opening(Dialer dialer, URI uri, WsClientConfig config, TimeSource time) {
    this.dialer = dialer;
    this.uri = uri;
    this.config = config;
    this.time = time;
  }

  /** Where it leads, for people and logs. */
  String shown() {
    return Target.of(uri).toString();
  }

  /**
   * Opens it.
   *
   * @param number of the attempt
   * @throws WsHandshakeException if the server's answer opens none
   * @throws IOException that names host and port
   */
  Leg open(int number) throws IOException, InterruptedException {
    WsAttempt attempt =
        config
            .customizer()
            .customize(new WsAttempt(number, uri, config.headers(), config.ws().subprotocols()));
    Leg leg = follow(Target.of(attempt.uri()), attempt.headers(), attempt.subprotocols());
    boolean greeted = false;
    try {
      leg.session().greet(config.greeting().get()); // if it is lost meanwhile, that is seen soon
      greeted = true;
      return leg;
    } finally {
      if (!greeted) {
        leg.session().cutOff();
      }
    }
  }

  private Leg follow(Target first, Headers its, List<String> offered)
      throws IOException, InterruptedException {
    Target there = first;
    Headers headers = its;
    List<String> subprotocols = offered;
    for (int redirects = 0; ; redirects++) {
      WsConfig ws = config.ws().withSubprotocols(subprotocols.toArray(String[]::new));
      ClientHandshake handshake = ClientHandshake.of(ws);
      Headers all = handshake.request(withCookies(there, headers));
      try (DialledAnswer answer = dialer.dial(there.request(all), config.dial())) {
        keepCookies(there, answer.headers());
        String location = locationIn(answer);
        if (location == null || config.maxRedirects() == 0) {
          return open(there, handshake, answer);
        }
        if (redirects == config.maxRedirects()) {
          throw refused(there, answer, "more redirects than maxRedirects (" + redirects + ")");
        }
        Target next = redirect(there, answer, location);
        if (!there.isSameOrigin(next)) { // CVE-2026-42498
          headers = withoutSecrets(headers);
          subprotocols = withoutTokens(subprotocols);
        }
        there = next;
      }
    }
  }

  private Leg open(Target there, ClientHandshake handshake, DialledAnswer answer)
      throws WsHandshakeException {
    return switch (handshake.judge(answer.status(), answer.headers())) {
      case ClientHandshake.Refused refused -> throw refused(there, answer, refused.fault());
      case ClientHandshake.Agreed agreed -> {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch received = new CountDownLatch(1);
        CancellationToken token = CancellationToken.create();
        token.onCancel(received::countDown);
        ClientSession session = agreed.session(token, time, config.delivery());
        answer.open(wire -> session.open(wire, gone::countDown));
        yield new Leg(session, gone, received);
      }
    };
  }

  private static WsHandshakeException refused(Target there, DialledAnswer answer, String why) {
    String body = new String(answer.body(), UTF_8);
    return new WsHandshakeException(
        there + " opened no WebSocket: " + why + firstLine(body),
        answer.status(),
        answer.headers(),
        body);
  }

  private static String firstLine(String body) {
    String line = body.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return line.isBlank() ? "" : "; it says: " + line.substring(0, Math.min(200, line.length()));
  }

  // ---- redirects ----

  private static @Nullable String locationIn(DialledAnswer answer) {
    return REDIRECTS.contains(answer.status()) ? answer.headers().first("Location") : null;
  }

  private static Target redirect(Target there, DialledAnswer answer, String location)
      throws WsHandshakeException {
    try {
      Target next = there.redirectedTo(location);
      if (there.secure() && !next.secure()) {
        throw refused(there, answer, "it redirects from wss to ws, which is not followed");
      }
      return next;
    } catch (IllegalArgumentException e) {
      throw refused(there, answer, "it redirects to no WebSocket: " + e.getMessage());
    }
  }

  private static Headers withoutSecrets(Headers headers) {
    Headers.Builder rest = new Headers.Builder();
    HARMLESS.forEach(name -> headers.all(name).forEach(value -> rest.add(name, value)));
    return rest.build();
  }

  /** Subprotocols carry tokens as {@code bearer.TOKEN}, some with a prefix of their own. */
  private static List<String> withoutTokens(List<String> subprotocols) {
    return subprotocols.stream()
        .filter(each -> !each.toLowerCase(Locale.ROOT).contains("bearer"))
        .toList();
  }

  // ---- cookies ----

  private Headers withCookies(Target there, Headers headers) throws IOException {
    CookieHandler store = config.cookies();
    if (store == null) {
      return headers;
    }
    List<String> all = new ArrayList<>(headers.all("Cookie"));
    store
        .get(there.httpUri(), Map.of())
        .forEach((name, values) -> {
          if (name.equalsIgnoreCase("Cookie")) {
            all.addAll(values);
          }
        });
    return all.isEmpty() ? headers : headers.replacing("Cookie", String.join("; ", all));
  }

  private void keepCookies(Target there, Headers answer) throws IOException {
    CookieHandler store = config.cookies();
    List<String> set = answer.all("Set-Cookie");
    if (store != null && !set.isEmpty()) {
      Map<String, List<String>> headers = new TreeMap<>();
      headers.put("Set-Cookie", set);
      store.put(there.httpUri(), headers);
    }
  }
}
