package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stages, each with the result of the one before it. */
class WaterfallTest {
  private final OwnedScope scope = Application.starting().compile().openScope("request");

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void each_stage_gets_the_result_of_the_one_before_it_whatever_its_type() throws Exception {
    int length = scope.waterfall(here -> "a text", (here, text) -> text.length());
    String repeated =
        scope.waterfall(here -> 3, (here, count) -> count + 0.5, (here, half) -> "at " + half);
    List<String> last =
        scope.waterfall(
            here -> 3,
            (here, count) -> "ab".repeat(count),
            (here, text) -> text.charAt(1),
            (here, letter) -> List.of("it was " + letter));

    assertThat(length).isEqualTo(6);
    assertThat(repeated).isEqualTo("at 3.5");
    assertThat(last).containsExactly("it was b");
  }

  @Test
  void a_failure_comes_out_and_the_stages_after_it_do_not_run() {
    List<String> said = new ArrayList<>();

    assertThatThrownBy(() ->
            scope.waterfall(
                here -> "first",
                (here, text) -> {
                  throw new IllegalStateException("the second failed after " + text);
                },
                (here, nothing) -> said.add("third")))
        .hasMessage("the second failed after first");
    assertThat(said).isEmpty();
  }
}
