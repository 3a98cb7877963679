package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who somebody is, what they may do, and how that travels. */
class AuthContextTest {
  private final Identity ada = Identity.of("42").withName("Ada").withRoles("chat", "admin");
  private final AuthContext auth = new AuthContext(ada, "Bearer");

  @Test
  void an_identity_is_told_apart_by_all_that_is_known_of_it() {
    assertThat(Identity.of("42").withName("Ada").withRoles("admin").withRoles("chat"))
        .isEqualTo(ada);
    assertThat(ada.withClaim("team", "a").withClaim("team", "b").claim("team")).isEqualTo("b");
    assertThat(ada.claim("team")).isNull();
    assertThat(Identity.of("42").name()).isEqualTo("42");
  }

  @Test
  void an_identity_does_not_change_when_what_it_was_made_from_does() {
    Set<String> roles = new HashSet<>(List.of("chat"));
    Map<String, String> claims = new HashMap<>(Map.of("team", "a"));
    Identity made = new Identity("1", "Eve", roles, claims);

    roles.add("admin");
    claims.put("team", "b");

    assertThat(made.roles()).containsExactly("chat");
    assertThat(made.claims()).containsExactly(Map.entry("team", "a"));
  }

  @Test
  void an_identity_in_a_log_is_its_id_and_no_more() {
    Identity known = ada.withClaim("email", "ada@example.com");

    assertThat(known).hasToString("Identity 42");
    assertThat(new AuthContext(known, "Bearer").toString()).doesNotContain("example.com");
  }

  @Test
  void nobody_has_a_blank_id() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Identity.of(" "))
        .withMessageContaining("must not be blank");
  }

  @Test
  void who_has_a_role_passes_and_others_do_not() {
    auth.require("admin");
    auth.requireAny("owner", "chat");

    assertThat(auth.has("Admin")).isFalse();
    assertThatThrownBy(() -> auth.require("owner"))
        .isInstanceOf(ForbiddenException.class)
        .hasMessage("role \"owner\" is needed");
    assertThatThrownBy(() -> auth.requireAny("owner", "ADMIN"))
        .isInstanceOf(ForbiddenException.class)
        .hasMessage("one of the roles owner, ADMIN is needed");
    assertThatThrownBy(auth::requireAny).isInstanceOf(ForbiddenException.class);
  }

  @Test
  void it_travels_with_the_scope_and_where_it_is_missing_nothing_goes_on() throws Exception {
    try (Application app = Application.starting().compile();
        OwnedScope scope = app.openScope("GET /secret")) {
      ExecutionScope authenticated = scope.withAttribute(AuthContext.KEY, auth);

      assertThat(AuthContext.of(authenticated)).isSameAs(auth);
      assertThat(authenticated.concurrent(List.<Executable<AuthContext>>of(AuthContext::of)))
          .containsExactly(auth);
      assertThat(AuthContext.find(scope)).isNull();
      assertThatIllegalStateException()
          .isThrownBy(() -> AuthContext.of(scope))
          .withMessage(
              "nobody has been authenticated in scope \"GET /secret\":"
                  + " put Authenticate around its route");
    }
  }
}
