package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.client.ReconnectPolicy;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsClientConnection;
import dev.phalanx.hermes.client.WsHandshakeException;
import dev.phalanx.http.Response;
import dev.phalanx.testkit.Conversation;
import dev.phalanx.testkit.Frame;
import dev.phalanx.testkit.ScriptedServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client in conversation with servers of all kinds, in memory. */
class ScriptedServerTest {
  private final ScriptedServer server = ScriptedServer.start();

  @AfterEach
  void nothing_is_left_behind() {
    server.close();
  }

  private WsClientConnection connect(WsClientConfig config) throws Exception {
    return server.client().open(server.ws("/feed?all"), config);
  }

  private static String next(WsClientConnection conn) {
    return conn.inbound().iterator().next().text();
  }

  @Test
  void both_say_and_hear() throws Exception {
    WsClientConnection conn = connect(WsClientConfig.defaults());
    Conversation talk = server.accepted();

    conn.sendText("hello");
    talk.hears("hello").saysInFragments("wel", "come").pings("there?").hearsPong("there?");

    assertThat(next(conn)).isEqualTo("welcome");
    talk.closes(1001, "bye").timePasses(Duration.ofSeconds(1)); // so long it may still answer
    talk.hearsClose(1001, "bye").leaves();
    assertThat(conn.inbound()).isEmpty();
    assertThat(conn.closed().by()).isEqualTo(WsClosed.By.PEER);
    assertThat(talk.transcript()).contains("GET /feed?all");
  }

  @Test
  void a_refusal_says_what_the_server_did() {
    server.refuses(Response.error(503, "full"));

    assertThatThrownBy(() -> connect(WsClientConfig.defaults()))
        .isInstanceOfSatisfying(
            WsHandshakeException.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(503);
              assertThat(refused.body()).contains("full");
            });
  }

  @Test
  void a_server_that_masks_has_broken_a_rule() throws Exception {
    WsClientConnection conn = connect(WsClientConfig.defaults());
    Conversation talk = server.accepted();

    talk.saysBytes(Frame.text("hi").masked()).hearsClose(1002).leaves();

    assertThat(conn.inbound()).isEmpty();
  }

  @Test
  void what_the_server_chooses_is_agreed_on() throws Exception {
    server.acceptsWith(
        "Sec-WebSocket-Protocol",
        "v2",
        "Sec-WebSocket-Extensions",
        "permessage-deflate; server_no_context_takeover");
    WsClientConfig config =
        WsClientConfig.defaults()
            .withSubprotocols("v1", "v2")
            .withCompression(Compression.defaults().withThreshold(1));

    WsClientConnection conn = connect(config);
    Conversation talk = server.accepted();

    assertThat(conn.subprotocol()).isEqualTo("v2");
    conn.sendText("again, again, again");
    talk.hears("again, again, again").saysCompressed("and again, again, again");
    assertThat(next(conn)).isEqualTo("and again, again, again");
    assertThat(talk.transcript()).contains("RSV 4 text");
  }

  @Test
  void a_client_that_is_cut_off_pings_gives_up_and_comes_back() throws Exception {
    WsClientConnection conn =
        connect(WsClientConfig.defaults().withReconnect(ReconnectPolicy.defaults()));
    Conversation first = server.accepted();

    first.isCutOff().timePasses(Duration.ofSeconds(39));
    assertThat(server.hasAccepted()).isFalse();
    server.timePasses(Duration.ofSeconds(2)); // no Pong for 10 s, then a second of delay at most
    Conversation second = server.accepted();

    second.says("back again");
    assertThat(next(conn)).isEqualTo("back again");
    conn.send(WsMessage.text("yes"));
    second.hears("yes");
  }
}
