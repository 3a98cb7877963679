package dev.phalanx.aegis;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody, or something, that has shown who it is. Immutable.
 *
 * <p>{@link #toString} gives the id alone, since it lands in logs, and claims may be private.
 *
 * @param id what tells it from all others; stays the same when the name changes
 * @param name what people call it
 * @param roles what it may do, in the application's words; compared as they are, with case
 * @param claims whatever else is known of it
 */
public record Identity(String id, String name, Set<String> roles, Map<String, String> claims) {

  /**
   * Checks the id.
   *
   * @throws IllegalArgumentException if the id is blank: an identity that could be anybody's
   */
  public Identity {
    if (id.isBlank()) {
      throw new IllegalArgumentException("the id of an Identity must not be blank");
    }
    Objects.requireNonNull(name, "name");
    roles = Set.copyOf(roles);
    claims = Map.copyOf(claims);
  }

  /** Somebody who is called by the id, and has neither roles nor claims. */
  public static Identity of(String id) {
    return new Identity(id, id, Set.of(), Map.of());
  }

  /** The same by another name. */
  public Identity withName(String other) {
    return new Identity(id, other, roles, claims);
  }

  /** The same with these roles besides those it has. */
  public Identity withRoles(String... more) {
    Set<String> all = new LinkedHashSet<>(roles);
    all.addAll(List.of(more));
    return new Identity(id, name, all, claims);
  }

  /** The same with one claim more, or with another value for it. */
  public Identity withClaim(String claim, String value) {
    Map<String, String> all = new LinkedHashMap<>(claims);
    all.put(claim, value);
    return new Identity(id, name, roles, all);
  }

  /** The value of a claim; null where there is none. */
  public @Nullable String claim(String claim) {
    return claims.get(claim);
  }

  @Override
  public String toString() {
    return "Identity " + id;
  }
}
