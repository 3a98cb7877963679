package dev.phalanx.hermes.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.Headers;
import dev.phalanx.transport.ProxyConfig;
import dev.phalanx.transport.TlsClientConfig;
import dev.phalanx.transport.TlsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client's settings say of themselves may land in a log. */
class SecretsInConfigsTest {
  @Test
  void no_secret_is_in_what_the_settings_say_of_themselves() {
    for (TlsConfig.Keys keys :
        List.of(
            new TlsConfig.Keys.Pem(Path.of("chain"), Path.of("key"), "secret"),
            new TlsConfig.Keys.Store(Path.of("store"), "secret"))) {
      WsClientConfig config =
          WsClientConfig.defaults()
              .withHeader("Authorization", "Bearer secret")
              .withCookie("session", "secret")
              .withSubprotocols("chat", "bearer.secret")
              .withTls(TlsClientConfig.defaults().withKeys(keys))
              .withProxy(ProxyConfig.of("proxy.example", 3128).withCredentials("ann", "secret"));

      assertThat(config.toString())
          .doesNotContain("secret")
          .contains("proxy.example:3128", "TlsClientConfig[");
      assertThat(config.dial().toString()).doesNotContain("secret");
      assertThat(config.dial().tls().toString()).doesNotContain("secret");
    }
    WsAttempt attempt =
        new WsAttempt(
            1,
            URI.create("ws://a/?secret"),
            Headers.of("Cookie", "secret"),
            List.of("bearer.secret"));
    assertThat(attempt.toString()).doesNotContain("secret");
    assertThat(Target.of(attempt.uri()).toString()).doesNotContain("secret");
  }
}
