package dev.phalanx.conformance;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the committed expectations must never give up, however they were updated. */
final class ExpectationsTest {

  @Test
  void nameEveryCaseOfTheProtocol() {
    assertThat(countByGroup(Expectations.PROTOCOL))
        .isEqualTo(
            Map.of(
                "1", 16L, "2", 11L, "3", 7L, "4", 10L, "5", 20L, "6", 145L, "7", 37L, "9", 54L,
                "10", 1L));
  }

  @Test
  void nameEveryCaseOfCompression() {
    assertThat(countByGroup(Expectations.COMPRESSION)).isEqualTo(Map.of("12", 90L, "13", 126L));
  }

  @ParameterizedTest
  @EnumSource
  void areOkExceptWhereTheSuiteItselfHasNoRightAnswer(Expectations expected) {
    var best = new HashMap<>(expected.outcomes().byCase());
    best.replaceAll((id, outcome) -> new Outcome(Behavior.OK, Behavior.OK));
    for (String id : List.of("7.1.6", "7.13.1", "7.13.2")) {
      best.replace(id, new Outcome(Behavior.INFORMATIONAL, Behavior.INFORMATIONAL));
    }

    assertThat(Differences.between(Outcomes.of(best), expected.outcomes())).asString().isEmpty();
  }

  private static Map<String, Long> countByGroup(Expectations expected) {
    return expected.outcomes().byCase().keySet().stream()
        .collect(groupingBy(id -> id.substring(0, id.indexOf('.')), counting()));
  }
}
