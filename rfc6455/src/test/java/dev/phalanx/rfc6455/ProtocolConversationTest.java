package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who says what, in which order, and what comes of it. */
class ProtocolConversationTest {
  @Test
  @DisplayName("§5.7: the RFC's examples, as a server hears them")
  void examplesToAServer() {
    Conversation talk = Conversation.as(Side.SERVER);

    talk.peerSends(Wire.hex("81 85 37fa213d 7f9f4d5158"));
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("8a 85 37fa213d 7f9f4d5158"));
    talk.weHear("pong Hello");
  }

  @Test
  @DisplayName("§5.7: the RFC's examples, as a client hears them")
  void examplesToAClient() {
    Conversation talk = Conversation.as(Side.CLIENT);

    talk.peerSends(Wire.hex("81 05 48656c6c6f"));
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("01 03 48656c"));
    talk.weHearNothing();
    talk.peerSends(Wire.hex("80 02 6c6f"));
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("89 05 48656c6c6f"));
    talk.weHear("ping Hello");
    talk.weOwe("pong Hello");

    talk.peerSends(Wire.hex("82 7e 0100"));
    talk.peerSends(new byte[256]);
    talk.weHear("binary " + "00".repeat(256));
    talk.peerSends(Wire.hex("82 7f 0000000000010000"));
    talk.peerSends(new byte[65_536]);
    talk.weHear("binary " + "00".repeat(65_536));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.2: a Ping is answered with its own payload")
  void pingIsAnswered(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.ping("one"), RawFrame.ping(""), RawFrame.ping("x".repeat(125)));

    talk.weHear("ping one", "ping ", "ping " + "x".repeat(125));
    talk.weOwe("pong one", "pong ", "pong " + "x".repeat(125));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.3: a Pong that nobody asked for is heard, and not answered")
  void unsolicitedPong(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.pong("here"));

    talk.weHear("pong here");
    talk.weOweNothing();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.4: control frames are heard at once in the midst of a fragmented message")
  void controlFramesBetweenFragments(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.text("Hel").unfinished(), RawFrame.ping("are you there?"));
    talk.weHear("ping are you there?");
    talk.weOwe("pong are you there?");
    talk.peerSays(RawFrame.pong(""), RawFrame.continuation("lo, ").unfinished());
    talk.weHear("pong ");
    talk.peerSays(RawFrame.continuation("").unfinished(), RawFrame.continuation("world"));
    talk.weHear("text Hello, world");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.1: the peer closes; our answer goes when we say so, and is the last frame")
  void thePeerCloses(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.ping("first"), RawFrame.close(1001, "going away"));
    talk.weHear("ping first", "close 1001 going away");
    assertThat(talk.protocol().isCloseReceived()).isTrue();
    assertThat(talk.protocol().isCloseSent()).isFalse();
    talk.weOwe("pong first");

    assertThat(talk.protocol().sendClose(1001, "")).isTrue();
    talk.weOwe("close 1001 ");
    talk.peerSays(RawFrame.ping("too late"), RawFrame.text("too late"));
    talk.weHearNothing();
    talk.weOweNothing();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.1.5: a Close without a code is 1005, and may be answered in kind")
  void closeWithoutCode(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.close());

    talk.weHear("close 1005 ");
    assertThat(talk.protocol().sendClose(1005, "")).isTrue();
    talk.weOwe("close");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.1: we close; until its own Close the peer is still heard, but not answered")
  void weClose(Side us) {
    Conversation talk = Conversation.as(us);
    talk.peerSays(RawFrame.ping("before"), RawFrame.text("in fli").unfinished());
    talk.weHear("ping before");

    talk.protocol().sendClose(1000, "done");
    talk.peerSays(RawFrame.continuation("ght"), RawFrame.ping("after"), RawFrame.text("last"));
    talk.weHear("text in flight", "ping after", "text last");
    talk.weOwe("pong before", "close 1000 done");

    talk.peerSays(RawFrame.close(1000, "done"));
    talk.weHear("close 1000 done");
    assertThat(talk.protocol().isCloseReceived()).isTrue();
    talk.weOweNothing();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.4: a Close in the midst of a fragmented message ends it")
  void closeBetweenFragments(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.text("Hel").unfinished(), RawFrame.close(1000, ""));
    talk.weHear("close 1000 ");
    talk.peerSays(RawFrame.continuation("lo"));
    talk.weHearNothing();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.1.7: the peer breaks a rule; what it said before counts, and it is told why")
  void failure(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.text("fine"), RawFrame.ping("fine"));
    talk.weHear("text fine", "ping fine");
    talk.peerSays(RawFrame.of(3, new byte[0]), RawFrame.text("lost"));
    talk.weFail(1002, "unknown opcode 3");

    assertThat(talk.protocol().sendClose(1002, "unknown opcode 3")).isTrue();
    talk.weOwe("pong fine", "close 1002 unknown opcode 3");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.1: a Close has no payload, or at least the 2 bytes of a code")
  void closeWithHalfACode(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.of(0x8, new byte[1]));

    talk.weFail(1002, "close frame with half a code");
    assertThat(talk.protocol().isCloseReceived()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.4: a Close with a code that must not be sent fails the connection")
  void closeWithAForbiddenCode(Side us) {
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(RawFrame.close(code, "reason"));
      talk.weFail(1002, "close code " + code + " must not be sent");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§8.1: the reason of a Close must be UTF-8")
  void closeReasonThatIsNotUtf8(Side us) {
    for (String reason : new String[] {"ff", "6f6b c3", "eda080"}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(RawFrame.close(1000, Wire.hex(reason)));
      talk.weFail(1007, "close reason is not valid UTF-8");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§8.1: a Close with the longest reason, of characters of several bytes")
  void longestReason(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.close(4000, "€".repeat(41)));

    talk.weHear("close 4000 " + "€".repeat(41));
  }

  @ParameterizedTest
  @CsvSource({
    "CLIENT, ff",
    "SERVER, ff",
    "CLIENT, 48 c0 af", // overlong
    "SERVER, 48 c0 af",
    "CLIENT, ed a0 80", // surrogate
    "SERVER, ed a0 80",
    "CLIENT, f4 90 80 80", // above U+10FFFF
    "SERVER, f4 90 80 80",
    "CLIENT, 48656c6c6f20776f726c6420 c3", // ends within a character
    "SERVER, 48656c6c6f20776f726c6420 c3",
  })
  @DisplayName("§8.1: text that is not UTF-8 fails the connection")
  void textThatIsNotUtf8(Side us, String hex) {
    Conversation whole = Conversation.as(us);
    whole.peerSays(RawFrame.text(Wire.hex(hex)));
    whole.weFail(1007, "text is not valid UTF-8");

    Conversation inFragments = Conversation.as(us);
    inFragments.peerSays(RawFrame.text("fine ").unfinished());
    inFragments.weHearNothing();
    inFragments.peerSays(RawFrame.continuation(Wire.hex(hex)));
    inFragments.weFail(1007, "text is not valid UTF-8");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§8.1: a wrong byte fails at once, between fragments (Autobahn 6.4.1 and 6.4.2)")
  void failsFastBetweenFragments(Side us) {
    // The last frames of these two messages never come.
    Conversation aboveTheLastCharacter = Conversation.as(us);
    aboveTheLastCharacter.peerSays(RawFrame.text("κόσμε").unfinished());
    aboveTheLastCharacter.weHearNothing();
    aboveTheLastCharacter.peerSays(RawFrame.continuation(Wire.hex("f4908080")).unfinished());
    aboveTheLastCharacter.weFail(1007, "text is not valid UTF-8");

    Conversation cutWithinTheCharacter = Conversation.as(us);
    cutWithinTheCharacter.peerSays(RawFrame.text(Wire.hex("cebaf4")).unfinished());
    cutWithinTheCharacter.weHearNothing();
    cutWithinTheCharacter.peerSays(RawFrame.continuation(Wire.hex("90")).unfinished());
    cutWithinTheCharacter.weFail(1007, "text is not valid UTF-8");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§8.1: a wrong byte fails at once, within a frame (Autobahn 6.4.3 and 6.4.4)")
  void failsFastWithinAFrame(Side us) {
    byte[] text = Wire.hex("cebae1bdb9cf83cebcceb5 f4908080 656469746564");
    byte[] bytes = RawFrame.text(text).from(us == Side.SERVER ? Side.CLIENT : Side.SERVER);
    int wrongByte = bytes.length - text.length + 12;

    Conversation talk = Conversation.as(us);
    for (int i = 0; i < wrongByte; i++) {
      talk.peerSends(new byte[] {bytes[i]});
      talk.weHearNothing();
    }
    talk.peerSends(new byte[] {bytes[wrongByte]});

    talk.weFail(1007, "text is not valid UTF-8");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.6: binary may be anything")
  void binaryIsNotValidated(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.binary(Wire.hex("ff c0 80")));
    talk.peerSays(
        RawFrame.binary(Wire.hex("ed")).unfinished(), RawFrame.continuation(Wire.hex("a0")));

    talk.weHear("binary ffc080", "binary eda0");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5.3: when Pongs pile up the oldest are dropped, and counted")
  void pongsPileUp(Side us) {
    Conversation talk = Conversation.as(us);
    for (int i = 1; i <= 1_000; i++) {
      talk.peerSays(RawFrame.ping("" + i));
    }

    assertThat(talk.protocol().droppedPongs()).isEqualTo(1_000 - 64);
    EncodedFrame oldest = Objects.requireNonNull(talk.protocol().pollControl());
    assertThat(Wire.describe(oldest)).isEqualTo("pong 937");
  }

  @Test
  void bothSidesAreOursAndUnderstandEachOther() {
    Protocol client = new Protocol(Side.CLIENT, Limits.defaults());
    Protocol server = new Protocol(Side.SERVER, Limits.defaults());

    assertThat(says(EncodedFrame.text(Side.CLIENT, "Grüß Gott"), server))
        .isEqualTo("text Grüß Gott");
    assertThat(says(EncodedFrame.text(Side.SERVER, "Servus"), client)).isEqualTo("text Servus");

    client.sendPing("there?".getBytes(UTF_8));
    assertThat(says(client, server)).isEqualTo("ping there?");
    assertThat(says(server, client)).isEqualTo("pong there?");

    server.sendClose(1001, "restart");
    assertThat(says(server, client)).isEqualTo("close 1001 restart");
    client.sendClose(1001, "");
    assertThat(says(client, server)).isEqualTo("close 1001 ");
    assertThat(client.pollControl()).isNull();
    assertThat(server.pollControl()).isNull();
  }

  private static String says(Protocol from, Protocol to) {
    return says(Objects.requireNonNull(from.pollControl()), to);
  }

  private static String says(EncodedFrame frame, Protocol to) {
    ByteBuffer in = ByteBuffer.wrap(Wire.bytes(frame));
    return Wire.describe(Objects.requireNonNull(to.receive(in)));
  }
}
