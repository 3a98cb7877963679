package dev.phalanx.aegis;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who a unit of work is done for, and what they may do. It travels with the scope, as {@link #KEY};
 * whoever checks credentials puts it there. Immutable.
 *
 * @param identity who it is
 * @param scheme how they showed it: the name of an authentication scheme (RFC 9110, section 11.1),
 *     such as {@code Bearer}
 */
public record AuthContext(Identity identity, String scheme) {

  /** Where a scope carries it. */
  public static final AttributeKey<AuthContext> KEY = AttributeKey.of("auth");

  /** Checks that nothing is missing. */
  public AuthContext {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(scheme, "scheme");
  }

  /**
   * That of a scope.
   *
   * @throws IllegalStateException if nobody has checked credentials: what is meant to be protected
   *     is not, and must not go on
   */
  public static AuthContext of(Scope scope) {
    AuthContext auth = find(scope);
    if (auth == null) {
      throw new IllegalStateException(
          "nobody has been authenticated in scope \"%s\": put Authenticate around its route"
              .formatted(scope.name()));
    }
    return auth;
  }

  /** That of a scope; null where nobody has checked credentials. */
  public static @Nullable AuthContext find(Scope scope) {
    return scope.attribute(KEY);
  }

  /** Whether they have a role. */
  public boolean has(String role) {
    return identity.roles().contains(role);
  }

  /**
   * Returns if they have this role.
   *
   * @throws ForbiddenException otherwise
   */
  public void require(String role) {
    if (!has(role)) {
      throw new ForbiddenException("role \"" + role + "\" is needed");
    }
  }

  /**
   * Returns if they have at least one of these roles; with none named, nobody has.
   *
   * @throws ForbiddenException otherwise
   */
  public void requireAny(String... roles) {
    for (String role : roles) {
      if (has(role)) {
        return;
      }
    }
    throw new ForbiddenException("one of the roles " + String.join(", ", roles) + " is needed");
  }
}
