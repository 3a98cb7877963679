package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LimitsTest {
  @Test
  void defaults() {
    assertThat(Limits.defaults()).isEqualTo(new Limits(65_536, 65_536, 1_024));
  }

  @Test
  void eachSettingCanBeChangedAlone() {
    assertThat(Limits.defaults().withMaxMessageSize(1)).isEqualTo(new Limits(1, 65_536, 1_024));
    assertThat(Limits.defaults().withMaxFrameSize(125)).isEqualTo(new Limits(65_536, 125, 1_024));
    assertThat(Limits.defaults().withMaxFragments(1)).isEqualTo(new Limits(65_536, 65_536, 1));
  }

  @Test
  void nonsenseIsRefusedWithTheSettingAndTheBound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.defaults().withMaxMessageSize(0))
        .withMessage("maxMessageSize must be at least 1, is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.defaults().withMaxFrameSize(124))
        .withMessage("maxFrameSize must be at least 125, is 124");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.defaults().withMaxFragments(-1))
        .withMessage("maxFragments must be at least 1, is -1");
  }
}
