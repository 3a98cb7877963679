package dev.phalanx.transport;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What is in the files that a {@link TlsConfig} names. It blocks: not for a lane. */
final class TlsFiles {
  private TlsFiles() {}

  /** By what it is seen that files have changed; links are followed. */
  record State(List<Object> marks) {}

  static State state(TlsConfig config) {
    return state(files(config));
  }

  static State state(TlsClientConfig config) {
    return state(files(config));
  }

  private static State state(List<Path> files) {
    List<Object> marks = new ArrayList<>();
    for (Path file : files) {
      marks.add(mark(file));
    }
    return new State(marks);
  }

  private static Object mark(Path file) {
    try {
      FileTime changed = Files.getLastModifiedTime(file);
      return List.of(file.toRealPath(), changed, Files.size(file));
    } catch (IOException e) {
      return "unreadable";
    }
  }

  private static List<Path> files(TlsConfig config) {
    return files(config.keys(), config.clientAuthorities());
  }

  private static List<Path> files(TlsClientConfig config) {
    return files(config.keys(), config.authorities());
  }

  private static List<Path> files(TlsConfig.@Nullable Keys keys, @Nullable Path authorities) {
    Stream<Path> own =
        switch (keys) {
          case null -> Stream.of();
          case TlsConfig.Keys.Pem pem -> Stream.of(pem.chain(), pem.key());
          case TlsConfig.Keys.Store store -> Stream.of(store.file());
        };
    Stream<Path> others = authorities == null ? Stream.of() : Stream.of(authorities);
    return Stream.concat(own, others).toList();
  }

  /**
   * Reads the files.
   *
   * @throws IOException that names the file and what is wrong with it
   */
  static SslContext load(TlsConfig config) throws IOException {
    requireReadable(files(config));
    SslContextBuilder builder =
        switch (config.keys()) {
          case TlsConfig.Keys.Pem pem -> pem(pem);
          case TlsConfig.Keys.Store store -> SslContextBuilder.forServer(managers(store));
        };
    Path authorities = config.clientAuthorities();
    try {
      if (authorities != null) {
        builder.trustManager(authorities.toFile()).clientAuth(clientAuth(config.clientAuth()));
      }
      return built(builder);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("%s can't be used for TLS: %s".formatted(files(config), reason(e)), e);
    }
  }

  /**
   * Reads a client's files. Who answers must show a certificate for the name that was dialled
   * (CVE-2018-8034, CVE-2020-11050): there is no setting for anything else.
   *
   * @throws IOException that names the file and what is wrong with it
   */
  static SslContext load(TlsClientConfig config) throws IOException {
    requireReadable(files(config));
    SslContextBuilder builder =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
    try {
      Path authorities = config.authorities();
      if (authorities != null) {
        builder.trustManager(authorities.toFile());
      }
      switch (config.keys()) {
        case null -> {}
        case TlsConfig.Keys.Pem pem -> {
          PemPair pair = PemPair.read(pem);
          builder.keyManager(pair.key(), pair.chain());
        }
        case TlsConfig.Keys.Store store -> builder.keyManager(managers(store));
      }
      return built(builder);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("%s can't be used for TLS: %s".formatted(files(config), reason(e)), e);
    }
  }

  private static SslContext built(SslContextBuilder builder) throws SSLException {
    return builder
        .protocols("TLSv1.3", "TLSv1.2")
        .applicationProtocolConfig(http11())
        .secureRandom(ownRandom())
        .build();
  }

  /**
   * Random numbers for one context of the JDK's TLS (OpenSSL has its own). The event loop needs
   * some beside those of a handshake: for session tickets, and for each record of a CBC cipher. All
   * {@code SecureRandom}s that the JDK makes by default share one lock with the handlers' UUIDs and
   * tokens; a DRBG shares nothing.
   */
  private static @Nullable SecureRandom ownRandom() {
    try {
      SecureRandom random = SecureRandom.getInstance("DRBG");
      random.nextInt(); // reads its seed here, and not on the event loop
      return random;
    } catch (NoSuchAlgorithmException e) { // where providers were removed: the JDK's default
      return null;
    }
  }

  private static void requireReadable(List<Path> files) throws IOException {
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new NoSuchFileException(file + " does not exist or can't be read");
      }
    }
  }

  private static SslContextBuilder pem(TlsConfig.Keys.Pem pem) throws IOException {
    PemPair pair = PemPair.read(pem);
    return SslContextBuilder.forServer(pair.key(), pair.chain());
  }

  private static KeyManagerFactory managers(TlsConfig.Keys.Store store) throws IOException {
    char[] password = store.password().toCharArray();
    try {
      KeyStore keys = KeyStore.getInstance(store.file().toFile(), password);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      return managers;
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException(
          "%s can't be used for TLS: %s".formatted(store.file(), e.getMessage()), e);
    }
  }

  /** The innermost message: those around it say that a file can't be used, and so do we. */
  static String reason(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
  }

  private static ClientAuth clientAuth(TlsConfig.ClientAuth wanted) {
    return switch (wanted) {
      case NONE -> ClientAuth.NONE;
      case OPTIONAL -> ClientAuth.OPTIONAL;
      case REQUIRED -> ClientAuth.REQUIRE;
    };
  }

  /** HTTP/1.1 is all that is spoken here; who offers more is told so by ALPN (RFC 7301). */
  static ApplicationProtocolConfig http11() {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        ApplicationProtocolNames.HTTP_1_1);
  }
}
