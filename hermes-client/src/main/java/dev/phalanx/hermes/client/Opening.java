package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.aegis.TimeSource;
import dev.phalanx.hermes.ClientHandshake;
import dev.phalanx.hermes.ClientSession;
import dev.phalanx.http.Headers;
import dev.phalanx.transport.Dialer;
import dev.phalanx.transport.DialledAnswer;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Opens a WebSocket: dials, checks the answer, and follows redirects as far as it may. Any thread
 * but a lane.
 */
final class Opening {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final List<String> SECRETS =
      List.of("Authorization", "Cookie", "Proxy-Authorization");

  private final Dialer dialer;
  private final Target target;
  private final WsClientConfig config;
  private final TimeSource time;

  Opening(Dialer dialer, Target target, WsClientConfig config, TimeSource time) {
    this.dialer = dialer;
    this.target = target;
    this.config = config;
    this.time = time;
  }

  Target target() {
    return target;
  }

  /**
   * Opens it.
   *
   * @throws WsHandshakeException if the server's answer opens none
   * @throws IOException that names host and port
   */
  Leg open() throws IOException, InterruptedException {
    Target there = target;
    Headers headers = config.headers();
    for (int redirects = 0; ; redirects++) {
      ClientHandshake handshake = ClientHandshake.of(config.ws());
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
        headers = there.mayShareSecretsWith(next) ? headers : withoutSecrets(headers);
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
        ClientSession session = agreed.session(token, time);
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

  /** What is meant for one server must not be told to another (CVE-2026-42498). */
  private static Headers withoutSecrets(Headers headers) {
    Headers rest = headers;
    for (String secret : SECRETS) {
      rest = rest.without(secret);
    }
    return rest;
  }

  // ---- cookies ----

  private Headers withCookies(Target there, Headers headers) throws IOException {
    CookieHandler store = config.cookies();
    if (store == null) {
      return headers;
    }
    List<String> all = new ArrayList<>(headers.all("Cookie"));
    URI uri = there.uri("http");
    store
        .get(uri, Map.of())
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
      store.put(there.uri("http"), headers);
    }
  }
}
