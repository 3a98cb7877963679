package dev.phalanx.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a server speaks TLS, 1.2 or 1.3. Immutable. Where netty-tcnative is on the class path,
 * OpenSSL does the work; else the JDK.
 *
 * @param keys where the server's certificate and its key are
 * @param clientAuth whether a client must show a certificate
 * @param clientAuthorities PEM file with the certificates of those whose clients are accepted; null
 *     where no client is asked
 * @param reloadInterval how often the files are looked at; if they have changed, new connections
 *     get what is in them. Files that can't be used are logged, and what was there before stays.
 */
public record TlsConfig(
    Keys keys, ClientAuth clientAuth, @Nullable Path clientAuthorities, Duration reloadInterval) {
  /** Where a certificate and its private key are. */
  public sealed interface Keys {
    /**
     * Two PEM files.
     *
     * @param chain the certificate, then those that vouch for it
     * @param key the private key of RSA, EC or EdDSA: PKCS #8, also encrypted; PKCS #1; SEC 1
     * @param password of the key; null where it isn't encrypted
     */
    record Pem(Path chain, Path key, @Nullable String password) implements Keys {
      /** Without the password: this lands in logs. */
      @Override
      public String toString() {
        return "Pem[" + chain + ", " + key + "]";
      }
    }

    /**
     * A keystore, PKCS #12 or JKS, with one private key.
     *
     * @param file the keystore
     * @param password of the store and of the key
     */
    record Store(Path file, String password) implements Keys {
      /** Without the password: this lands in logs. */
      @Override
      public String toString() {
        return "Store[" + file + "]";
      }
    }
  }

  /** Whether a client must show a certificate. */
  public enum ClientAuth {
    /** It isn't asked. */
    NONE,
    /** It is asked, and may have none. */
    OPTIONAL,
    /** Without one, the handshake fails. */
    REQUIRED
  }

  /** Checks that the settings fit together. */
  public TlsConfig {
    Objects.requireNonNull(keys, "keys");
    if ((clientAuth == ClientAuth.NONE) != (clientAuthorities == null)) {
      throw new IllegalArgumentException(
          "clientAuthorities is needed where clientAuth is OPTIONAL or REQUIRED, and only there");
    }
    if (!reloadInterval.isPositive() || reloadInterval.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException(
          "reloadInterval must be more than nothing and at most 365 days, not " + reloadInterval);
    }
  }

  /** A certificate chain and a key that isn't encrypted, in PEM files, looked at every 10 s. */
  public static TlsConfig pem(Path chain, Path key) {
    return of(new Keys.Pem(chain, key, null));
  }

  /** A certificate and its key in a keystore, looked at every 10 s. */
  public static TlsConfig store(Path file, String password) {
    return of(new Keys.Store(file, password));
  }

  /** A certificate and its key, looked at every 10 s. */
  public static TlsConfig of(Keys keys) {
    return new TlsConfig(keys, ClientAuth.NONE, null, Duration.ofSeconds(10));
  }

  /**
   * The same for clients that show a certificate (mutual TLS); a scope has it in {@code tls()}.
   *
   * @param authorities PEM file with the certificates of those whose clients are accepted
   * @param clientAuth {@link ClientAuth#REQUIRED} or {@link ClientAuth#OPTIONAL}
   */
  public TlsConfig withClientAuthorities(Path authorities, ClientAuth clientAuth) {
    return new TlsConfig(keys, clientAuth, authorities, reloadInterval);
  }

  /** The same with files that are looked at more often, or less. */
  public TlsConfig withReloadInterval(Duration interval) {
    return new TlsConfig(keys, clientAuth, clientAuthorities, interval);
  }
}
