package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has brought other implementations down. */
class KnownVulnerabilitiesTest {
  @ParameterizedTest
  @EnumSource
  @DisplayName("CVE-2020-13935 (Tomcat): a negative payload length looped for ever")
  void negativeLength(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.text("").announcing(-1));

    talk.weFail(1002, "most significant bit of the payload length set");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("CVE-2020-27813 (gorilla/websocket): lengths overflowed when they were added up")
  void overflowingLengths(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.text("x").unfinished());
    talk.peerSays(RawFrame.continuation("").announcing(Long.MAX_VALUE));

    talk.weFail(1009, "message larger than maxMessageSize (65536 bytes)");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("CVE-2021-3690 (Undertow): memory went with control frames")
  void pingFlood(Side us) {
    Conversation talk = Conversation.as(us);

    for (int i = 0; i < 10_000; i++) {
      talk.peerSays(RawFrame.ping("flood"));
    }

    int owed = 0;
    while (talk.protocol().pollControl() != null) {
      owed++;
    }
    assertThat(owed).isEqualTo(64);
    assertThat(talk.protocol().droppedPongs()).isEqualTo(10_000 - 64);
  }

  @Test
  @Timeout(10)
  @DisplayName("CVE-2021-32640 (ws): blanks in Sec-WebSocket-Protocol took quadratic time")
  void blanksInAHeader() {
    String blanks = "a" + " ".repeat(5_000_000) + "b";
    List<String> headerValues = List.of(blanks, " \t".repeat(1_000_000), ",".repeat(1_000_000));

    assertThat(Handshake.hasToken(headerValues, "a")).isFalse();
    assertThat(Handshake.tokens(headerValues.subList(1, 3))).isEmpty();
  }
}
