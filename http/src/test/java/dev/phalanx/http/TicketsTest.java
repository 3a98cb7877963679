package dev.phalanx.http;

import static dev.phalanx.http.Asking.get;
import static dev.phalanx.http.Asking.upgrade;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A ticket's life: issued, and redeemed, misused, expired or dropped. */
class TicketsTest {
  private static final Request WS = upgrade("/ws");
  private static final AuthContext ADA = of("ada");

  private final StoppedClock clock = new StoppedClock();
  private final Asking asking = new Asking();
  private final Tickets tickets = tickets(TicketConfig.defaults());

  private Tickets tickets(TicketConfig config) {
    return Tickets.with(config, clock);
  }

  private static AuthContext of(String id) {
    return new AuthContext(Identity.of(id), "Bearer");
  }

  @AfterEach
  void close() {
    asking.close();
  }

  @Test
  void a_ticket_is_good_once() {
    String ticket = tickets.issue(ADA);

    assertThat(ticket).matches("[A-Za-z0-9_-]{43}");
    assertThat(tickets.redeem(ticket, WS)).isSameAs(ADA);
    assertThat(tickets.redeem(ticket, WS)).isNull();
    assertThat(tickets.counts()).isEqualTo(new TicketCounts(0, 1, 1, 0, 0, 0, 0, 1));
  }

  @Test
  void what_was_never_issued_is_not_good() {
    String ticket = tickets.issue(ADA);

    for (String wrong :
        List.of("", "x", ticket + "x", ticket.substring(1), "a".repeat(43), "a".repeat(100_000))) {
      assertThat(tickets.redeem(wrong, WS)).isNull();
    }
    assertThat(tickets.counts().unknown()).isEqualTo(6);
    assertThat(tickets.redeem(ticket, WS)).isSameAs(ADA);
  }

  @Test
  void a_ticket_is_good_for_half_a_minute() {
    String first = tickets.issue(ADA);
    clock.advance(Duration.ofSeconds(30).minusNanos(1));
    String second = tickets.issue(ADA);
    assertThat(tickets.counts().waiting()).isEqualTo(2);

    clock.advance(Duration.ofNanos(1));

    assertThat(tickets.redeem(first, WS)).isNull();
    assertThat(tickets.redeem(second, WS)).isSameAs(ADA);
    assertThat(tickets.counts()).isEqualTo(new TicketCounts(0, 2, 1, 0, 1, 0, 0, 1));
  }

  @Test
  void expired_tickets_make_room() {
    Tickets small = tickets(TicketConfig.defaults().withPerIdentity(1).withCapacity(2));
    small.issue(of("a"));
    small.issue(of("b"));
    assertThatThrownBy(() -> small.issue(of("c")))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(503));

    clock.advance(Duration.ofSeconds(30));

    assertThat(small.redeem(small.issue(of("c")), WS)).isEqualTo(of("c"));
    assertThat(small.counts()).isEqualTo(new TicketCounts(0, 3, 1, 0, 2, 0, 1, 0));
  }

  @Test
  void nobodys_ticket_is_dropped_for_another_ones() {
    Tickets small = tickets(TicketConfig.defaults().withPerIdentity(2).withCapacity(3));
    String adas = small.issue(ADA);
    List<String> eves = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      eves.add(small.issue(of("eve")));
    }

    assertThat(small.counts().dropped()).isEqualTo(98);
    assertThat(small.redeem(eves.get(97), WS)).isNull();
    assertThat(small.redeem(eves.get(98), WS)).isEqualTo(of("eve"));
    assertThat(small.redeem(eves.get(99), WS)).isEqualTo(of("eve"));
    assertThat(small.redeem(adas, WS)).isSameAs(ADA);
  }

  @Test
  void a_redeemed_ticket_does_not_count_for_its_identity() {
    Tickets small = tickets(TicketConfig.defaults().withPerIdentity(1));
    for (int i = 0; i < 10; i++) {
      assertThat(small.redeem(small.issue(ADA), WS)).isSameAs(ADA);
    }
    assertThat(small.counts().dropped()).isZero();
  }

  @Test
  void a_ticket_for_one_path_is_spent_on_another() {
    String ticket = tickets.issue(ADA, TicketBinding.anywhere().toPath("/ws/a"));
    assertThat(tickets.redeem(ticket, upgrade("/ws/b?ticket=" + ticket))).isNull();
    assertThat(tickets.redeem(ticket, upgrade("/ws/a"))).isNull();
    assertThat(tickets.counts().misused()).isEqualTo(1);

    String other = tickets.issue(ADA, TicketBinding.anywhere().toPath("/ws/a"));
    assertThat(tickets.redeem(other, upgrade("/ws/a?ticket=" + other))).isSameAs(ADA);
  }

  @Test
  void a_ticket_for_one_address_is_spent_at_another() {
    TicketBinding here = TicketBinding.anywhere().toAddressOf(get("/api/ticket"));

    assertThat(tickets.redeem(tickets.issue(ADA, here), WS)).isSameAs(ADA);
    Request elsewhere = Asking.from("192.0.2.2", "/ws", Headers.of("Upgrade", "websocket"));
    assertThat(tickets.redeem(tickets.issue(ADA, here), elsewhere)).isNull();
    assertThat(tickets.counts().misused()).isEqualTo(1);
  }

  // ---- the desk and the guard ----

  @Test
  void the_desk_gives_a_ticket_that_no_cache_keeps() throws Exception {
    RequestScope known = asking.scope(get("/api/ticket")).withAttribute(AuthContext.KEY, ADA);

    Response response = tickets.desk().handle(known);

    assertThat(response.headers().first("Cache-Control")).isEqualTo("no-store");
    Map<?, ?> body = Json.read(response.body(), Map.class);
    assertThat(body.get("seconds")).isEqualTo(30);
    assertThat(tickets.redeem((String) body.get("ticket"), WS)).isSameAs(ADA);
  }

  @Test
  void the_desk_gives_nothing_to_who_is_not_known() {
    assertThatThrownBy(() -> tickets.desk().handle(asking.scope(get("/api/ticket"))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(tickets.counts().issued()).isZero();
  }

  private Verdict ask(Request request) throws Exception {
    return tickets.guard().check(asking.scope(request));
  }

  @Test
  void the_guard_lets_a_websocket_be_opened_with_a_ticket() throws Exception {
    String ticket = tickets.issue(ADA);
    Challenge challenge = Challenge.of("Ticket", "hermes");

    assertThat(ask(upgrade("/ws"))).isEqualTo(new Verdict.Missing(List.of(challenge)));
    assertThat(ask(upgrade("/ws?a=b&ticket=" + ticket))).isEqualTo(new Verdict.Granted(ADA));
    assertThat(ask(upgrade("/ws?ticket=" + ticket)))
        .isEqualTo(new Verdict.Refused(List.of(challenge.with("error", "invalid_ticket"))));
  }

  @Test
  void a_request_that_opens_no_websocket_spends_no_ticket() throws Exception {
    String ticket = tickets.issue(ADA);

    assertThat(ask(get("/ws?ticket=" + ticket))).isInstanceOf(Verdict.Missing.class);
    assertThat(ask(get("/ws?ticket=" + ticket, "Upgrade", "h2c")))
        .isInstanceOf(Verdict.Missing.class);
    assertThat(ask(upgrade("/ws?ticket=" + ticket))).isInstanceOf(Verdict.Granted.class);
  }

  @Test
  void a_good_token_spends_no_ticket() throws Exception {
    String ticket = tickets.issue(ADA);
    Guard any = Guard.anyOf(Guard.bearer(token -> Identity.of("eve")), tickets.guard());

    assertThat(
            any.check(asking.scope(upgrade("/ws?ticket=" + ticket, "Authorization", "Bearer e"))))
        .isEqualTo(Verdict.granted(Identity.of("eve"), "Bearer"));
    assertThat(tickets.redeem(ticket, WS)).isSameAs(ADA);
  }

  // ---- settings ----

  @Test
  void settings_that_make_no_sense_are_named() {
    TicketConfig defaults = TicketConfig.defaults();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withTtl(Duration.ZERO))
        .withMessage("ttl must be more than nothing and at most 10 minutes, not PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withTtl(Duration.ofMinutes(11)))
        .withMessageContaining("PT11M");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withCapacity(0))
        .withMessage("capacity must be from 1 to 16777216, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withPerIdentity(100_001))
        .withMessage("perIdentity must be from 1 to 100000, not 100001");
  }
}
