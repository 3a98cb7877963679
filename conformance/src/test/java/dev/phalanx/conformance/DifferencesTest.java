package dev.phalanx.conformance;

import static dev.phalanx.conformance.Behavior.INFORMATIONAL;
import static dev.phalanx.conformance.Behavior.NON_STRICT;
import static dev.phalanx.conformance.Behavior.OK;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DifferencesTest {

  private static final Outcome FINE = new Outcome(OK, OK);

  @Test
  void aRunAsExpectedHasNone() {
    var outcomes = Outcomes.of(Map.of("1.1.1", FINE, "7.1.6", new Outcome(INFORMATIONAL, OK)));

    assertThat(Differences.between(outcomes, outcomes).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void anythingButOkIsWorse(Behavior behavior) {
    assertThat(worseThanFine(new Outcome(behavior, OK)))
        .isEqualTo("1.1.1: %s, closing OK (expected OK, closing OK)".formatted(behavior));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void aCaseThatOnlyClosesWronglyIsWorse(Behavior behavior) {
    assertThat(worseThanFine(new Outcome(OK, behavior)))
        .isEqualTo("1.1.1: OK, closing %s (expected OK, closing OK)".formatted(behavior));
  }

  @Test
  void betterThanExpectedIsADifferenceToo() {
    var expected = Outcomes.of(Map.of("6.4.1", new Outcome(NON_STRICT, OK)));

    var differences = Differences.between(expected, Outcomes.of(Map.of("6.4.1", FINE)));

    assertThat(differences.isEmpty()).isFalse();
    assertThat(differences.better())
        .containsExactly("6.4.1: OK, closing OK (expected NON-STRICT, closing OK)");
  }

  @Test
  void betterInOneRespectAndWorseInTheOtherIsWorse() {
    var expected = Outcomes.of(Map.of("6.4.1", new Outcome(NON_STRICT, OK)));
    var actual = Outcomes.of(Map.of("6.4.1", new Outcome(OK, NON_STRICT)));

    assertThat(Differences.between(expected, actual).worse()).hasSize(1);
  }

  @Test
  void missingAndUnexpectedCasesAreNamedInTheSuitesOrder() {
    var expected = Outcomes.of(Map.of("6.10.1", FINE, "6.9.4", FINE, "1.1.1", FINE));
    var actual = Outcomes.of(Map.of("1.1.1", FINE, "12.1.1", FINE));

    var differences = Differences.between(expected, actual);

    assertThat(differences.isEmpty()).isFalse();
    assertThat(differences.missing()).containsExactly("6.9.4", "6.10.1");
    assertThat(differences.unexpected()).containsExactly("12.1.1");
  }

  @Test
  void theyReadAsParagraphs() {
    var informational = new Outcome(INFORMATIONAL, INFORMATIONAL);
    var expected =
        Outcomes.of(Map.of("1.1.1", FINE, "1.1.2", FINE, "6.9.4", FINE, "7.1.6", informational));
    var actual =
        Outcomes.of(Map.of("1.1.1", informational, "7.1.6", FINE, "12.1.1", FINE, "12.1.2", FINE));

    assertThat(Differences.between(expected, actual))
        .asString()
        .isEqualToNormalizingNewlines(
            """
              worse than expected (1):
                1.1.1: INFORMATIONAL, closing INFORMATIONAL (expected OK, closing OK)
              better than expected, so raise the expectations (1):
                7.1.6: OK, closing OK (expected INFORMATIONAL, closing INFORMATIONAL)
              expected, but not in the report (2): 1.1.2 6.9.4
              in the report, but not expected (2): 12.1.1 12.1.2
            """);
  }

  private static String worseThanFine(Outcome got) {
    var differences =
        Differences.between(Outcomes.of(Map.of("1.1.1", FINE)), Outcomes.of(Map.of("1.1.1", got)));
    assertThat(differences.worse()).hasSize(1);
    return differences.worse().getFirst();
  }
}
