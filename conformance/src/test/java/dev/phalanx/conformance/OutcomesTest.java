package dev.phalanx.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutcomesTest {

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void nameTheIndex() {
    index = folder.resolve("index.json");
  }

  @Test
  void theSuitesIndexIsRead() throws IOException {
    Files.writeString(
        index,
        """
        {"hermes": {
          "6.10.1": {"behavior": "OK", "behaviorClose": "WRONG CODE", "duration": 4, "remoteCloseCode": 1000},
          "6.9.4": {"behavior": "NON-STRICT", "behaviorClose": "FAILED BY CLIENT", "duration": 2}
        }}
        """);

    assertThat(Outcomes.ofRun(index).byCase())
        .containsExactly(
            Map.entry("6.9.4", new Outcome(Behavior.NON_STRICT, Behavior.FAILED_BY_CLIENT)),
            Map.entry("6.10.1", new Outcome(Behavior.OK, Behavior.WRONG_CODE)));
  }

  @Test
  void anIndexWithoutAnAgentHasNoCases() throws IOException {
    Files.writeString(index, "{}");

    assertThat(Outcomes.ofRun(index).byCase()).isEmpty();
  }

  @Test
  void aWordThatTheSuiteDoesNotHaveIsRefused() throws IOException {
    Files.writeString(
        index,
        """
        {"hermes": {"1.1.1": {"behavior": "GREAT", "behaviorClose": "OK"}}}
        """);

    assertThatThrownBy(() -> Outcomes.ofRun(index)).hasMessageContaining("GREAT");
  }

  @Test
  void anOutcomeWithoutAClosingBehaviourIsRefused() throws IOException {
    Files.writeString(
        index,
        """
        {"hermes": {"1.1.1": {"behavior": "OK"}}}
        """);

    assertThatThrownBy(() -> Outcomes.ofRun(index)).hasMessageContaining("behaviorClose");
  }

  @Test
  void whatIsWrittenCanBeExpected() throws IOException {
    var outcomes =
        Outcomes.of(
            Map.of(
                "6.10.1", new Outcome(Behavior.NON_STRICT, Behavior.OK),
                "6.9.4", new Outcome(Behavior.OK, Behavior.WRONG_CODE)));

    outcomes.write(index);

    assertThat(index)
        .content()
        .isEqualTo(
            """
            {
              "6.9.4": {"behavior":"OK","behaviorClose":"WRONG CODE"},
              "6.10.1": {"behavior":"NON-STRICT","behaviorClose":"OK"}
            }
            """);
    assertThat(Outcomes.expected(index)).isEqualTo(outcomes);
  }
}
