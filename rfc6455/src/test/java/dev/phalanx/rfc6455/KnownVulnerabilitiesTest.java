package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has brought other implementations down. */
class KnownVulnerabilitiesTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

  @Test
  @Timeout(10)
  @DisplayName("CVE-2021-32640 (ws): so they did in Sec-WebSocket-Extensions")
  void blanksAndQuotesInExtensions() {
    List<String> malformed =
        List.of(
            "a" + " ".repeat(5_000_000) + "b",
            "a;b=\"" + "\\".repeat(5_000_000),
            "\"".repeat(5_000_001),
            ";".repeat(5_000_000));
    List<String> wellFormed = List.of("a" + ";b".repeat(2_000_000), "a,".repeat(2_000_000));

    for (String value : malformed) {
      assertThatIllegalArgumentException().isThrownBy(() -> Extension.offered(List.of(value)));
    }
    assertThat(Extension.offered(wellFormed)).hasSize(ExtensionParser.MAX_EXTENSIONS);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("CVE-2026-27571 (nats-server), CVE-2026-1526 (undici): inflating knew no limit")
  void inflatingPastTheLimit(Side us) {
    byte[] bomb = MessageDeflater.alone(new byte[64 << 20], 15, 9, DeflatePool.shared());
    assertThat(bomb.length).isLessThan(65_536);
    DeflatePool pool = new DeflatePool(1);
    for (boolean alone : new boolean[] {true, false}) {
      var agreed = new DeflateParameters(alone, alone, 15, 15);
      var talk = new Conversation(us, new Protocol(us, Limits.defaults(), agreed, pool));
      long before = THREADS.getCurrentThreadAllocatedBytes();

      talk.peerSays(RawFrame.binary(bomb).compressed());

      talk.weFail(1009, "message larger than maxMessageSize (65536 bytes)");
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(2 << 20);
      assertThat(pool.inUse()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("The same in many small fragments, none of which passes the limit alone")
  void inflatingPastTheLimitInFragments(Side us) {
    byte[] bomb = MessageDeflater.alone(new byte[1 << 20], 15, 9, DeflatePool.shared());
    var protocol =
        new Protocol(us, Limits.defaults(), DeflateParameters.defaults(), new DeflatePool(0));
    Conversation talk = new Conversation(us, protocol);

    talk.peerSays(RawFrame.binary(new byte[0]).compressed().unfinished());
    for (byte next : bomb) {
      talk.peerSays(RawFrame.continuation(new byte[] {next}).unfinished());
    }

    talk.weFail(1009, "message larger than maxMessageSize (65536 bytes)");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("RSV1 where nobody agreed on it is refused before anything is inflated")
  void compressedWithoutAgreement(Side us) {
    byte[] bomb = MessageDeflater.alone(new byte[1 << 20], 15, 9, DeflatePool.shared());
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.binary(bomb).compressed());

    talk.weFail(1002, "reserved bit set, and no extension in use");
  }
}
