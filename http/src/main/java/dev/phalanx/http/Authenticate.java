package dev.phalanx.http;

import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.ForbiddenException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those pass whom a {@link Guard} knows; the handler finds them as {@link AuthContext#of}.
 * Others get a 401 that says how to show who they are, and those without the {@link #requiring
 * required} roles a 403. It is the same around a WebSocket, where both come before the upgrade: no
 * handler is constructed.
 *
 * <p>A {@link ForbiddenException} from within is a 403 too. An exception of the guard is a failure
 * of the server: nobody passes.
 *
 * <p>Around a group and again around one of its routes, the same guard is asked once, since a
 * ticket is good for one time only. Immutable; any thread.
 */
public final class Authenticate implements Middleware {
  private static final Logger log = LoggerFactory.getLogger(Authenticate.class);
  private static final AttributeKey<Grant> GRANT = AttributeKey.of("grant");

  private final Guard guard;
  private final List<String> roles;

  private Authenticate(Guard guard, List<String> roles) {
    this.guard = guard;
    this.roles = roles;
  }

  /** What a guard has granted, so that it needn't be asked again. */
  private record Grant(Guard by, AuthContext auth) {}

  /** Lets everybody pass whom the guard knows. */
  public static Authenticate by(Guard guard) {
    return new Authenticate(guard, List.of());
  }

  /** The same for those who have all of these roles. */
  public Authenticate requiring(String... all) {
    return new Authenticate(guard, List.of(all));
  }

  @Override
  public boolean authenticates() {
    return true;
  }

  @Override
  public Response handle(RequestScope scope, HttpHandler next) throws Exception {
    Grant before = scope.attribute(GRANT);
    if (before != null && before.by().equals(guard)) {
      return permitted(scope, before.auth(), next);
    }
    return switch (guard.check(scope)) {
      case Verdict.Granted(AuthContext auth) -> passed(scope, auth, next);
      case Verdict.Missing(List<Challenge> challenges) ->
          refusal(scope, 401, "credentials are needed", challenges);
      case Verdict.Refused(List<Challenge> challenges) ->
          refusal(scope, 401, "these credentials are not good, or no longer", challenges);
      case Verdict.Malformed(Challenge challenge, String reason) ->
          refusal(scope, 400, reason, List.of(challenge));
    };
  }

  private Response passed(RequestScope scope, AuthContext auth, HttpHandler next) throws Exception {
    Request request = scope.request();
    RequestScope granted =
        RequestScope.of(scope, SubprotocolToken.removedFrom(request), scope.params())
            .withAttribute(GRANT, new Grant(guard, auth))
            .withAttribute(AuthContext.KEY, auth);
    Response response = permitted(granted, auth, next);
    boolean unchosen =
        response.status() == 101 && !response.headers().contains(SubprotocolToken.HEADER);
    return unchosen && SubprotocolToken.hasCompanion(request)
        ? response.withHeader(SubprotocolToken.HEADER, SubprotocolToken.COMPANION)
        : response;
  }

  private Response permitted(RequestScope scope, AuthContext auth, HttpHandler next)
      throws Exception {
    try {
      roles.forEach(auth::require);
      return next.handle(scope);
    } catch (ForbiddenException e) {
      log.debug("{} by {}: 403, {}", scope.request(), auth.identity(), e.getMessage());
      return Response.error(403, "you may not do this");
    }
  }

  /** What is logged has no credentials in it, whatever the peer sent: reasons are ours. */
  private static Response refusal(
      RequestScope scope, int status, String reason, List<Challenge> challenges) {
    log.debug("{}: {}, {}", scope.request(), status, reason);
    Response response = Response.error(status, reason);
    for (Challenge challenge : challenges) {
      response = response.withHeader("WWW-Authenticate", challenge.toString());
    }
    return response;
  }
}
