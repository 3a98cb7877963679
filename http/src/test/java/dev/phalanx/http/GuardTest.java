package dev.phalanx.http;

import static dev.phalanx.http.Asking.base64;
import static dev.phalanx.http.Asking.base64url;
import static dev.phalanx.http.Asking.get;
import static dev.phalanx.http.Asking.upgrade;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Identity;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What guards read, and what they say to it. */
class GuardTest {
  private static final Identity ADA = Identity.of("ada");
  private static final String TOKEN = "abc.def-_~+/=";

  private final Asking asking = new Asking();
  private final Guard bearer = Guard.bearer(token -> token.equals(TOKEN) ? ADA : null);
  private final Guard basic =
      Guard.basic(
          "tools",
          (user, password) -> user.equals("ada") && password.equals("pass:wörd") ? ADA : null);

  @AfterEach
  void close() {
    asking.close();
  }

  private Verdict ask(Guard guard, Request request) throws Exception {
    return guard.check(asking.scope(request));
  }

  private static Verdict malformedToken(String reason) {
    return new Verdict.Malformed(bearerChallenge("invalid_request"), reason);
  }

  private static Verdict.Refused refusedToken() {
    return new Verdict.Refused(List.of(bearerChallenge("invalid_token")));
  }

  private static Challenge bearerChallenge(String error) {
    return Challenge.of("Bearer", "hermes").with("error", error);
  }

  // ---- bearer tokens in the header ----

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   "})
  void a_good_token_tells_who_it_is(String scheme) throws Exception {
    assertThat(ask(bearer, get("/", "Authorization", scheme + TOKEN)))
        .isEqualTo(Verdict.granted(ADA, "Bearer"));
  }

  @Test
  void a_token_that_nobody_has_is_refused_and_the_challenge_says_so() throws Exception {
    assertThat(ask(bearer, get("/", "Authorization", "Bearer other"))).isEqualTo(refusedToken());
  }

  @Test
  void no_token_is_told_to_bring_one_without_an_error_code() throws Exception {
    Verdict missing = new Verdict.Missing(List.of(Challenge.of("Bearer", "hermes")));

    assertThat(ask(bearer, get("/"))).isEqualTo(missing);
    assertThat(ask(bearer, get("/", "Authorization", "Basic YWRh"))).isEqualTo(missing);
    assertThat(ask(bearer, get("/", "Authorization", "Bearers " + TOKEN))).isEqualTo(missing);
  }

  @Test
  void a_token_in_the_query_is_not_looked_at() throws Exception {
    assertThat(ask(bearer, get("/?access_token=" + TOKEN + "&token=" + TOKEN)))
        .isInstanceOf(Verdict.Missing.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a,b",
        "Bearer =",
        "Bearer a=b",
        "Bearer \"a\"",
        "Bearer ä",
        "Bearer token=abc"
      })
  void what_is_no_token_is_malformed(String header) throws Exception {
    assertThat(ask(bearer, get("/", "Authorization", header)))
        .isEqualTo(malformedToken("the bearer token is malformed (RFC 6750, section 2.1)"));
  }

  @Test
  void a_token_has_a_longest_length() throws Exception {
    String longest = "a".repeat(Guard.MAX_TOKEN);
    Guard any = Guard.bearer(token -> ADA);

    assertThat(ask(any, get("/", "Authorization", "Bearer " + longest)))
        .isInstanceOf(Verdict.Granted.class);
    assertThat(ask(any, get("/", "Authorization", "Bearer " + longest + "a")))
        .isEqualTo(malformedToken("the bearer token is longer than 4096 characters"));
  }

  @Test
  void of_two_authorization_headers_none_is_believed() {
    Request request = get("/", "Authorization", "Bearer " + TOKEN, "Authorization", "Bearer x");

    for (Guard guard : List.of(bearer, basic)) {
      assertThatThrownBy(() -> ask(guard, request))
          .isInstanceOfSatisfying(
              HttpException.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
    }
  }

  // ---- bearer tokens among the subprotocols ----

  private static Request offering(String subprotocols) {
    return upgrade("/ws", "Sec-WebSocket-Protocol", subprotocols);
  }

  @Test
  void a_browser_brings_its_token_as_a_subprotocol() throws Exception {
    String entry = "bearer." + base64url(TOKEN);

    for (String offered :
        List.of(
            "chat.v1, " + entry, entry + ",chat.v1", "bearer, " + entry, " , chat.v1 ,," + entry)) {
      assertThat(ask(bearer, offering(offered)))
          .as(offered)
          .isEqualTo(Verdict.granted(ADA, "Bearer"));
    }
    assertThat(
            ask(
                bearer,
                upgrade(
                    "/ws", "Sec-WebSocket-Protocol", "chat.v1", "Sec-WebSocket-Protocol", entry)))
        .isEqualTo(Verdict.granted(ADA, "Bearer"));
  }

  @Test
  void a_wrong_token_among_the_subprotocols_is_refused() throws Exception {
    assertThat(ask(bearer, offering("chat.v1, bearer." + base64url("other"))))
        .isEqualTo(refusedToken());
  }

  @Test
  void subprotocols_are_looked_at_in_an_upgrade_only() throws Exception {
    assertThat(ask(bearer, get("/", "Sec-WebSocket-Protocol", "bearer." + base64url(TOKEN))))
        .isInstanceOf(Verdict.Missing.class);
  }

  @Test
  void subprotocols_that_only_look_alike_are_the_applications() throws Exception {
    assertThat(ask(bearer, offering("bearer, Bearer." + base64url(TOKEN) + ", bearers.x")))
        .isInstanceOf(Verdict.Missing.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer.YQ=", "bearer.Y", "bearer.a+b/", "bearer.a.b", "bearer.ä"})
  void a_token_that_is_not_base64url_is_malformed(String entry) throws Exception {
    assertThat(ask(bearer, offering("chat, " + entry)))
        .isEqualTo(malformedToken("the bearer token among the subprotocols is not base64url"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\r\nb", "ä", "a\u0000"})
  void a_token_that_is_none_when_decoded_is_malformed(String token) throws Exception {
    assertThat(ask(bearer, offering("chat, bearer." + base64url(token))))
        .isEqualTo(malformedToken("the bearer token is malformed (RFC 6750, section 2.1)"));
  }

  @Test
  void a_token_alone_is_malformed_since_nothing_could_be_chosen() throws Exception {
    assertThat(ask(bearer, offering("bearer." + base64url(TOKEN))))
        .isInstanceOfSatisfying(
            Verdict.Malformed.class,
            malformed ->
                assertThat(malformed.reason())
                    .startsWith("offer a subprotocol beside")
                    .doesNotContain(TOKEN));
  }

  @Test
  void two_tokens_are_malformed_in_whichever_way_they_came() throws Exception {
    String entry = "bearer." + base64url(TOKEN);
    Verdict twice = malformedToken("there must be one bearer token at most");

    assertThat(ask(bearer, offering("chat, " + entry + ", " + entry))).isEqualTo(twice);
    assertThat(
            ask(
                bearer,
                upgrade(
                    "/",
                    "Authorization",
                    "Bearer " + TOKEN,
                    "Sec-WebSocket-Protocol",
                    "chat, " + entry)))
        .isEqualTo(twice);
  }

  // ---- shared secrets ----

  @Test
  void a_shared_secret_is_one_token() throws Exception {
    Guard guard = Guard.sharedSecret("0123456789abcdef", ADA);

    assertThat(ask(guard, get("/", "Authorization", "Bearer 0123456789abcdef")))
        .isEqualTo(Verdict.granted(ADA, "Bearer"));
    assertThat(ask(guard, get("/", "Authorization", "Bearer 0123456789abcdeF")))
        .isEqualTo(refusedToken());
    assertThat(ask(guard, get("/", "Authorization", "Bearer 0123456789abcdef0")))
        .isEqualTo(refusedToken());
  }

  @Test
  void a_shared_secret_that_could_be_guessed_or_never_sent_is_an_error_at_the_start() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Guard.sharedSecret("", ADA))
        .withMessage("sharedSecret must have 16 to 4096 characters, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Guard.sharedSecret("with a blank in it", ADA))
        .withMessageContaining("letters, digits")
        .withMessageNotContaining("blank");
  }

  // ---- passwords ----

  @Test
  void a_good_password_tells_who_it_is() throws Exception {
    assertThat(ask(basic, get("/", "Authorization", "basic " + base64("ada:pass:wörd"))))
        .isEqualTo(Verdict.granted(ADA, "Basic"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada:wrong", "eve:pass:wörd", "ada", ":", "ada:pass:wörd\n", "\u0000:"})
  void a_wrong_password_is_refused(String pair) throws Exception {
    assertThat(ask(basic, get("/", "Authorization", "Basic " + base64(pair))))
        .isInstanceOf(Verdict.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic", "Basic !", "Basic /w==", "Basic YWRh OnB3"})
  void what_is_no_password_is_refused_like_a_wrong_one(String header) throws Exception {
    Challenge challenge = Challenge.of("Basic", "tools").with("charset", "UTF-8");

    assertThat(ask(basic, get("/", "Authorization", header)))
        .isEqualTo(new Verdict.Refused(List.of(challenge)));
  }

  // ---- several ----

  @Test
  void one_of_several_guards_is_enough() throws Exception {
    Identity eve = Identity.of("eve");
    Guard any = Guard.anyOf(bearer, basic, Guard.bearer(token -> token.equals("eve") ? eve : null));

    assertThat(ask(any, get("/", "Authorization", "Bearer " + TOKEN)))
        .isEqualTo(Verdict.granted(ADA, "Bearer"));
    assertThat(ask(any, get("/", "Authorization", "Basic " + base64("ada:pass:wörd"))))
        .isEqualTo(Verdict.granted(ADA, "Basic"));
    assertThat(ask(any, get("/", "Authorization", "Bearer eve")))
        .isEqualTo(Verdict.granted(eve, "Bearer"));
  }

  @Test
  void where_all_refuse_the_challenges_of_all_are_given_each_once() throws Exception {
    Guard any = Guard.anyOf(bearer, basic, Guard.bearer(token -> null));
    Challenge password = Challenge.of("Basic", "tools").with("charset", "UTF-8");

    assertThat(ask(any, get("/")))
        .isEqualTo(new Verdict.Missing(List.of(Challenge.of("Bearer", "hermes"), password)));
    assertThat(ask(any, get("/", "Authorization", "Bearer wrong")))
        .isEqualTo(new Verdict.Refused(List.of(bearerChallenge("invalid_token"), password)));
  }

  @Test
  void malformed_credentials_end_the_search() throws Exception {
    Guard any = Guard.anyOf(bearer, scope -> Verdict.granted(ADA, "Anybody"));

    assertThat(ask(any, get("/", "Authorization", "Bearer a b")))
        .isInstanceOf(Verdict.Malformed.class);
    assertThat(ask(any, get("/"))).isEqualTo(Verdict.granted(ADA, "Anybody"));
  }

  @Test
  void none_to_ask_is_an_error_at_the_start() {
    assertThatIllegalArgumentException()
        .isThrownBy(Guard::anyOf)
        .withMessageContaining("at least one guard");
  }

  // ---- challenges ----

  @Test
  void a_challenge_is_written_as_the_rfc_has_it() {
    assertThat(Challenge.of("Bearer", "a \"quoted\\\" realm").with("error", "invalid_token"))
        .hasToString("Bearer realm=\"a \\\"quoted\\\\\\\" realm\", error=\"invalid_token\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: x", "größe", "\u007f"})
  void a_realm_that_no_header_can_have_is_an_error_at_the_start(String realm) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Guard.bearer(realm, token -> null))
        .withMessage("realm must be printable ASCII");
  }
}
