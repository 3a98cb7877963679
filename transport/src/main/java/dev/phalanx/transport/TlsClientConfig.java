package dev.phalanx.transport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks TLS, 1.2 or 1.3. Immutable. The server must show a certificate that the
 * authorities vouch for, and that is for the host which was dialled; neither can be switched off.
 * Files are read again, for new connections, when they have changed.
 *
 * @param authorities PEM file with the certificates of those who may vouch for a server; null for
 *     those that the JDK trusts
 * @param keys where the client's own certificate and its key are (mutual TLS); null if it has none
 */
public record TlsClientConfig(@Nullable Path authorities, TlsConfig.@Nullable Keys keys) {
  private static final TlsClientConfig DEFAULTS = new TlsClientConfig(null, null);

  /** With the names of files, and no password: this lands in logs. */
  @Override
  public String toString() {
    String own =
        switch (keys) {
          case null -> "none";
          case TlsConfig.Keys.Pem pem -> pem.chain() + ", " + pem.key();
          case TlsConfig.Keys.Store store -> store.file().toString();
        };
    return "TlsClientConfig[authorities=" + authorities + ", keys=" + own + "]";
  }

  /** The authorities that the JDK trusts; no certificate of our own. */
  public static TlsClientConfig defaults() {
    return DEFAULTS;
  }

  /**
   * The same with other authorities, in place of the JDK's.
   *
   * @param pem file with their certificates
   */
  public TlsClientConfig withAuthorities(Path pem) {
    return new TlsClientConfig(pem, keys);
  }

  /** The same with a certificate to show to servers that ask for one (mutual TLS). */
  public TlsClientConfig withKeys(TlsConfig.Keys own) {
    return new TlsClientConfig(authorities, own);
  }
}
