package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretsTest {
  @Test
  void secrets_are_equal_when_every_character_is() {
    assertThat(Secrets.equal("s3cret", new String("s3cret".toCharArray()))).isTrue();
    assertThat(Secrets.equal("größe 😀", "größe 😀")).isTrue();
    assertThat(Secrets.equal("s3cret", "s3creT")).isFalse();
    assertThat(Secrets.equal("S3cret", "s3cret")).isFalse();
    assertThat(Secrets.equal("s3cret", "s3cret ")).isFalse();
    assertThat(Secrets.equal("", "s3cret")).isFalse();
  }

  @Test
  void random_secrets_are_long_fit_for_a_url_and_never_the_same() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String secret = Secrets.random();
      assertThat(secret).matches("[A-Za-z0-9_-]{43}");
      assertThat(seen.add(secret)).as("new").isTrue();
    }
  }

  @Test
  void the_hash_is_sha_256() {
    // FIPS 180-4, the example for "abc"
    assertThat(Secrets.hash("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
