package dev.phalanx.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refusal that is thrown. */
class HttpExceptionTest {
  @Test
  void it_becomes_the_response_that_says_so() {
    Response response = new HttpException(409, "this room is taken").response();

    assertThat(response.status()).isEqualTo(409);
    assertThat(new String(response.body(), UTF_8)).isEqualTo("{\"error\":\"this room is taken\"}");
  }

  @Test
  void it_has_no_stack_trace_since_it_is_no_fault_of_ours() {
    assertThat(new HttpException(404, "no such room").getStackTrace()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 200, 302, 399, 600})
  void a_status_that_refuses_nothing_is_refused(int status) {
    assertThatThrownBy(() -> new HttpException(status, "why"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("status must be from 400 to 599, not " + status);
  }
}
