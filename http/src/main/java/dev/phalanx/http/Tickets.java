package dev.phalanx.http;

import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.Secrets;
import dev.phalanx.aegis.TimeSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * One-time tickets: how a page opens a WebSocket without a header. It asks for a ticket, by a
 * request that has its credentials, and opens {@code wss://…?ticket=…} with it. The ticket is good
 * once, and for a short while; so it does no harm in a log.
 *
 * <pre>{@code
 * RouteGroup.builder().wrap(Authenticate.by(tokens)).post("/api/ticket", tickets.desk())
 * WsRouteGroup.builder().wrap(Authenticate.by(Guard.anyOf(tokens, tickets.guard())))
 * }</pre>
 *
 * <p>Tickets are kept in memory, as hashes: a server knows only those that it issued. Those that
 * have expired are removed whenever a ticket is issued or shown. Any thread; nothing blocks.
 */
public final class Tickets {
  /** The query parameter that has the ticket. */
  public static final String PARAMETER = "ticket";

  private static final Challenge CHALLENGE = Challenge.of("Ticket", Guard.DEFAULT_REALM);
  private static final int LENGTH = 43;

  private final TicketConfig config;
  private final TimeSource time;

  // All below is guarded by this monitor, under which nothing is called that is not ours.
  private final LinkedHashMap<String, Ticket> waiting = new LinkedHashMap<>(); // oldest first
  private final Map<String, SequencedSet<String>> ofIdentity = new LinkedHashMap<>();
  private long issued;
  private long redeemed;
  private long misused;
  private long expired;
  private long dropped;
  private long unissued;
  private long unknown;

  private Tickets(TicketConfig config, TimeSource time) {
    this.config = config;
    this.time = time;
  }

  private record Ticket(AuthContext auth, TicketBinding binding, long issuedAt) {
    String owner() {
      return auth.identity().id();
    }
  }

  /** Tickets by the system's clock. */
  public static Tickets with(TicketConfig config) {
    return with(config, TimeSource.system());
  }

  /** Tickets by another clock: {@link dev.phalanx.aegis.Application#time}, for instance. */
  public static Tickets with(TicketConfig config, TimeSource time) {
    return new Tickets(config, time);
  }

  /** A ticket that is good everywhere. */
  public String issue(AuthContext auth) {
    return issue(auth, TicketBinding.anywhere());
  }

  /**
   * A ticket: {@link Secrets#random}.
   *
   * @throws HttpException 503 if {@link TicketConfig#capacity} tickets wait. Nobody else's is
   *     dropped for a new one; of one identity, the oldest beyond {@link TicketConfig#perIdentity}
   *     is
   */
  public String issue(AuthContext auth, TicketBinding binding) {
    String secret = Secrets.random();
    if (!keep(Secrets.hash(secret), auth, binding)) {
      throw new HttpException(503, "too many tickets wait to be redeemed: try again later");
    }
    return secret;
  }

  /**
   * Answers with a ticket for whoever asks: {@code {"ticket": "…", "seconds": 30}}. Put {@link
   * Authenticate} around it, and let it be a POST, so that no page but yours can make a browser
   * ask.
   */
  public AuthHttpHandler desk() {
    return scope ->
        Response.json(
                Map.of(
                    PARAMETER,
                    issue(scope.auth()),
                    "seconds",
                    Math.max(1, config.ttl().toSeconds())))
            .withHeader("Cache-Control", "no-store");
  }

  /** Lets WebSockets be opened with a ticket. Other requests it doesn't look at. */
  public Guard guard() {
    return scope -> {
      Request request = scope.request();
      String ticket =
          request.asksToUpgradeTo("websocket") ? request.queryParameter(PARAMETER) : null;
      if (ticket == null) {
        return new Verdict.Missing(List.of(CHALLENGE));
      }
      AuthContext auth = redeem(ticket, request);
      return auth == null
          ? new Verdict.Refused(List.of(CHALLENGE.with("error", "invalid_ticket")))
          : new Verdict.Granted(auth);
    };
  }

  /**
   * Takes a ticket. Of several who show the same one, at the same time too, one gets an answer.
   *
   * @return whose it was; null if it isn't known, has expired, or is not good for this request. It
   *     is spent in each case
   */
  public @Nullable AuthContext redeem(String ticket, Request request) {
    // The lookup's time depends on a hash, which tells nothing about the ticket.
    String hash = ticket.length() == LENGTH ? Secrets.hash(ticket) : "";
    synchronized (this) {
      expire();
      Ticket taken = take(hash);
      if (taken == null) {
        unknown++;
        return null;
      }
      if (!taken.binding().allows(request)) {
        misused++;
        return null;
      }
      redeemed++;
      return taken.auth();
    }
  }

  /** What became of them. */
  public synchronized TicketCounts counts() {
    expire();
    return new TicketCounts(
        waiting.size(), issued, redeemed, misused, expired, dropped, unissued, unknown);
  }

  private synchronized boolean keep(String hash, AuthContext auth, TicketBinding binding) {
    expire();
    Ticket ticket = new Ticket(auth, binding, time.nanoTime());
    SequencedSet<String> own = ofIdentity.get(ticket.owner());
    if (own != null && own.size() >= config.perIdentity()) {
      take(own.getFirst());
      dropped++;
    }
    if (waiting.size() >= config.capacity()) {
      unissued++;
      return false;
    }
    waiting.put(hash, ticket);
    ofIdentity.computeIfAbsent(ticket.owner(), id -> new LinkedHashSet<>()).add(hash);
    issued++;
    return true;
  }

  private @Nullable Ticket take(String hash) {
    Ticket ticket = waiting.remove(hash);
    if (ticket != null) {
      forget(hash, ticket);
    }
    return ticket;
  }

  private void forget(String hash, Ticket ticket) {
    ofIdentity.computeIfPresent(
        ticket.owner(), (id, own) -> own.remove(hash) && own.isEmpty() ? null : own);
  }

  /** All live equally long, so the oldest are first: what is left is not looked at. */
  private void expire() {
    long now = time.nanoTime();
    Iterator<Map.Entry<String, Ticket>> oldest = waiting.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Ticket> entry = oldest.next();
      if (now - entry.getValue().issuedAt() < config.ttl().toNanos()) {
        return;
      }
      oldest.remove();
      forget(entry.getKey(), entry.getValue());
      expired++;
    }
  }
}
