package dev.phalanx.http;

import dev.phalanx.aegis.AuthContext;
import dev.phalanx.aegis.Identity;
import java.util.List;
import java.util.Objects;

/** What a {@link Guard} says to a request. */
public sealed interface Verdict {
  /** They are who they say. */
  static Verdict granted(Identity identity, String scheme) {
    return new Granted(new AuthContext(identity, scheme));
  }

  /**
   * They are who they say.
   *
   * @param auth who, and how they showed it
   */
  record Granted(AuthContext auth) implements Verdict {
    /** Checks that there is somebody. */
    public Granted {
      Objects.requireNonNull(auth, "auth");
    }
  }

  /**
   * The request has no credentials of the kind that the guard reads: 401.
   *
   * @param challenges how it could have; at least one (RFC 9110, section 15.5.2)
   */
  record Missing(List<Challenge> challenges) implements Verdict {
    /** Checks that there is a challenge. */
    public Missing {
      challenges = atLeastOne(challenges);
    }
  }

  /**
   * The request has credentials, and they are wrong, or no longer right: 401.
   *
   * @param challenges how to do better; at least one
   */
  record Refused(List<Challenge> challenges) implements Verdict {
    /** Checks that there is a challenge. */
    public Refused {
      challenges = atLeastOne(challenges);
    }
  }

  /**
   * The request has credentials that can't be read: 400.
   *
   * @param challenge how they should be
   * @param reason what is wrong, for the peer: without the credentials
   */
  record Malformed(Challenge challenge, String reason) implements Verdict {
    /** Checks that nothing is missing. */
    public Malformed {
      Objects.requireNonNull(challenge, "challenge");
      Objects.requireNonNull(reason, "reason");
    }
  }

  private static List<Challenge> atLeastOne(List<Challenge> challenges) {
    if (challenges.isEmpty()) {
      throw new IllegalArgumentException("challenges must have at least one challenge");
    }
    return List.copyOf(challenges);
  }
}
