package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who offers what, and what is answered (RFC 7692 §5 and §7.1). */
class DeflateNegotiationTest {
  private static final DeflateParameters ANY = DeflateParameters.defaults();
  private static final DeflateParameters LEAST = new DeflateParameters(true, true, 10, 11);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permessage-deflate                                | permessage-deflate",
        "permessage-deflate; client_max_window_bits        | permessage-deflate",
        "permessage-deflate; client_max_window_bits=15     | permessage-deflate",
        "permessage-deflate; client_max_window_bits=12     | permessage-deflate; client_max_window_bits=12",
        "permessage-deflate; client_max_window_bits=\"9\"  | permessage-deflate; client_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=15     | permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=9      | permessage-deflate; server_max_window_bits=9",
        "permessage-deflate; server_no_context_takeover    | permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover    | permessage-deflate; client_no_context_takeover",
      })
  @DisplayName("§7.1: a server that wishes for nothing accepts every parameter")
  void theServerAcceptsEveryParameter(String offer, String answer) {
    var agreement = DeflateNegotiation.accept(List.of(offer), ANY);

    assertThat(agreement).isNotNull();
    assertThat(agreement.header()).isEqualTo(answer);
  }

  @Test
  @DisplayName("§7.1: what a server wishes for, it asks for; but not what was not offered")
  void theServerAsks() {
    assertThat(DeflateNegotiation.accept(List.of("permessage-deflate"), LEAST))
        .isEqualTo(
            new DeflateNegotiation.Agreement(
                new DeflateParameters(true, true, 10, 15),
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                    + "; server_max_window_bits=10"));
    assertThat(
            DeflateNegotiation.accept(
                List.of("permessage-deflate; client_max_window_bits; server_max_window_bits=12"),
                LEAST))
        .isEqualTo(
            new DeflateNegotiation.Agreement(
                LEAST,
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                    + "; server_max_window_bits=10; client_max_window_bits=11"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x-webkit-deflate-frame",
        "permessage-bzip2",
        "Permessage-Deflate",
        "permessage-deflate; unknown",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=1e1",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
      })
  @DisplayName("§5.1, §7: what is unknown or out of bounds is declined")
  void declined(String offer) {
    assertThat(DeflateNegotiation.accept(List.of(offer), ANY)).isNull();

    var agreement = DeflateNegotiation.accept(List.of(offer, "permessage-deflate"), ANY);
    assertThat(agreement).isNotNull();
    assertThat(agreement.header()).isEqualTo("permessage-deflate");
  }

  @Test
  @DisplayName("§5: of several offers, the first that can be kept is taken")
  void preference() {
    var agreement =
        DeflateNegotiation.accept(
            List.of(
                "foo; bar, permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=11; client_max_window_bits,"
                    + " permessage-deflate"),
            ANY);

    assertThat(agreement).isNotNull();
    assertThat(agreement.header()).isEqualTo("permessage-deflate; server_max_window_bits=11");
  }

  @Test
  @DisplayName("§7.1.2.2: that the client keeps to 8 bits is no reason to decline, or to insist")
  void aClientOfEightBits() {
    var agreement =
        DeflateNegotiation.accept(List.of("permessage-deflate; client_max_window_bits=8"), ANY);

    assertThat(agreement).isNotNull();
    assertThat(agreement.header()).isEqualTo("permessage-deflate");
    assertThat(agreement.parameters().clientMaxWindowBits()).isEqualTo(8);
  }

  @Test
  @DisplayName("§7.1: what a client offers")
  void offers() {
    assertThat(DeflateNegotiation.offer(ANY))
        .isEqualTo("permessage-deflate; client_max_window_bits");
    assertThat(DeflateNegotiation.offer(LEAST))
        .isEqualTo(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                + "; server_max_window_bits=10; client_max_window_bits=11"
                + ", permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                + "; client_max_window_bits=11");
  }

  @Test
  @DisplayName("§5: a server that doesn't answer has declined")
  void theServerDeclines() {
    assertThat(DeflateNegotiation.agreed(List.of(), ANY)).isNull();
    assertThat(DeflateNegotiation.agreed(List.of(""), ANY)).isNull();
  }

  @Test
  @DisplayName("§7.1: a server may ask for less than was offered, the client's context included")
  void theClientObeys() {
    assertThat(DeflateNegotiation.agreed(List.of("permessage-deflate"), ANY)).isEqualTo(ANY);
    assertThat(
            DeflateNegotiation.agreed(
                List.of(
                    "permessage-deflate; client_no_context_takeover; server_no_context_takeover"
                        + "; client_max_window_bits=8; server_max_window_bits=8"),
                ANY))
        .isEqualTo(new DeflateParameters(true, true, 8, 8));
    assertThat(
            DeflateNegotiation.agreed(
                List.of("permessage-deflate; server_no_context_takeover"), LEAST))
        .isEqualTo(new DeflateParameters(true, true, 15, 11));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permessage-deflate;                          | Sec-WebSocket-Extensions is malformed",
        "foo                                          | the server accepted an extension that was not offered",
        "permessage-deflate, foo                      | the server accepted an extension that was not offered",
        "permessage-deflate, permessage-deflate       | the server accepted an extension that was not offered",
        "permessage-deflate; x                        | the server's parameters of permessage-deflate are bad",
        "permessage-deflate; client_max_window_bits   | the server's parameters of permessage-deflate are bad",
        "permessage-deflate; server_max_window_bits   | the server's parameters of permessage-deflate are bad",
        "permessage-deflate; server_max_window_bits=7 | the server's parameters of permessage-deflate are bad",
        "permessage-deflate; server_no_context_takeover=1 | the server's parameters of permessage-deflate are bad",
        "permessage-deflate                           | the server did not accept server_no_context_takeover, which every offer had",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits=12 | the server's client_max_window_bits is more than was offered",
      })
  @DisplayName("§5.1, §7.1: a client MUST fail the connection upon an answer that is none")
  void badAnswers(String answer, String complaint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeflateNegotiation.agreed(List.of(answer), LEAST))
        .withMessage(complaint);
  }

  @Test
  void whateverTwoWishForTheyAgreeOn() {
    for (DeflateParameters client : wishes()) {
      for (DeflateParameters server : wishes()) {
        String offer = DeflateNegotiation.offer(client);
        var agreement = DeflateNegotiation.accept(List.of(offer), server);
        assertThat(agreement).isNotNull();
        DeflateParameters agreed = DeflateNegotiation.agreed(List.of(agreement.header()), client);

        assertThat(agreed).as(offer).isNotNull().isEqualTo(agreement.parameters());
        assertThat(agreed.serverNoContextTakeover())
            .isEqualTo(client.serverNoContextTakeover() || server.serverNoContextTakeover());
        assertThat(agreed.serverMaxWindowBits())
            .isEqualTo(Math.min(client.serverMaxWindowBits(), server.serverMaxWindowBits()));
        assertThat(agreed.clientMaxWindowBits())
            .isEqualTo(Math.min(client.clientMaxWindowBits(), server.clientMaxWindowBits()));
      }
    }
  }

  private static List<DeflateParameters> wishes() {
    List<DeflateParameters> wishes = new ArrayList<>();
    for (int flags = 0; flags < 4; flags++) {
      for (int server = 9; server <= 15; server++) {
        for (int client = 9; client <= 15; client++) {
          wishes.add(new DeflateParameters((flags & 1) != 0, (flags & 2) != 0, server, client));
        }
      }
    }
    return wishes;
  }

  @Test
  void nonsenseIsRefusedWithTheSettingAndTheBound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeflateParameters(false, false, 7, 15))
        .withMessage("serverMaxWindowBits must be 8 to 15, is 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeflateParameters(false, false, 15, 16))
        .withMessage("clientMaxWindowBits must be 8 to 15, is 16");
  }
}
