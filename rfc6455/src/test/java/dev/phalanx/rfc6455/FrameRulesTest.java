package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every MUST about a header, on both sides; each conversation breaks one rule. */
class FrameRulesTest {
  @Test
  @DisplayName("§5.1: a server MUST close the connection upon a frame that is not masked")
  void unmaskedFromClient() {
    Conversation talk = Conversation.as(Side.SERVER);

    talk.peerSays(RawFrame.text("Hello").withWrongMask());

    talk.weFail(1002, "frame from a client is not masked");
  }

  @Test
  @DisplayName("§5.1: a client MUST close the connection upon a frame that is masked")
  void maskedFromServer() {
    Conversation talk = Conversation.as(Side.CLIENT);

    talk.peerSays(RawFrame.text("Hello").withWrongMask());

    talk.weFail(1002, "frame from a server is masked");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.1: control frames are masked like any other")
  void masksOfControlFrames(Side us) {
    for (RawFrame control :
        new RawFrame[] {RawFrame.ping(""), RawFrame.pong(""), RawFrame.close()}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(control.withWrongMask());
      talk.weFail(
          1002,
          us == Side.SERVER
              ? "frame from a client is not masked"
              : "frame from a server is masked");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.2: reserved bits MUST be 0 unless an extension gives them a meaning")
  void reservedBits(Side us) {
    for (int bits = 1; bits <= 7; bits++) {
      for (RawFrame frame : new RawFrame[] {RawFrame.text("x"), RawFrame.ping("x")}) {
        Conversation talk = Conversation.as(us);
        talk.peerSays(frame.withReservedBits(bits));
        talk.weFail(1002, "reserved bit set, and no extension in use");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.2: an unknown opcode MUST fail the connection")
  void unknownOpcodes(Side us) {
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(RawFrame.of(opcode, new byte[0]));
      talk.weFail(1002, "unknown opcode " + opcode);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 2", "125, 2", "0, 8", "125, 8", "126, 8", "65535, 8"})
  @DisplayName("§5.2: the minimal number of bytes MUST be used to encode the length")
  void paddedLengths(int length, int lengthBytes) {
    for (Side us : Side.values()) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(RawFrame.binary(new byte[length]).withLengthIn(lengthBytes));
      talk.weFail(1002, "payload length not in the minimal number of bytes");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.2: the most significant bit of a length in 8 bytes MUST be 0")
  void negativeLengths(Side us) {
    for (long length : new long[] {Long.MIN_VALUE, -1}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(RawFrame.binary(new byte[0]).announcing(length));
      talk.weFail(1002, "most significant bit of the payload length set");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5: control frames MUST NOT be fragmented")
  void fragmentedControlFrames(Side us) {
    for (RawFrame control :
        new RawFrame[] {RawFrame.ping(""), RawFrame.pong(""), RawFrame.close()}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(control.unfinished());
      talk.weFail(1002, "fragmented control frame");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.5: control frames MUST have 125 bytes of payload or less")
  void longControlFrames(Side us) {
    for (int opcode : new int[] {8, 9, 10}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(RawFrame.of(opcode, new byte[126]));
      talk.weFail(1002, "control frame larger than 125 bytes");
    }

    Conversation talk = Conversation.as(us);
    talk.peerSays(RawFrame.ping("x".repeat(125)), RawFrame.pong("y".repeat(125)));
    talk.weHear("ping " + "x".repeat(125), "pong " + "y".repeat(125));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.4: a continuation must have a message to continue")
  void continuationOfNothing(Side us) {
    for (RawFrame frame :
        new RawFrame[] {RawFrame.continuation("lo"), RawFrame.continuation("lo").unfinished()}) {
      Conversation first = Conversation.as(us);
      first.peerSays(frame);
      first.weFail(1002, "continuation frame, and no message to continue");

      Conversation later = Conversation.as(us);
      later.peerSays(RawFrame.text("Hel").unfinished(), RawFrame.continuation("lo"));
      later.weHear("text Hello");
      later.peerSays(frame);
      later.weFail(1002, "continuation frame, and no message to continue");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.4: fragments of two messages MUST NOT be interleaved")
  void newMessageInsideAnother(Side us) {
    for (RawFrame frame : new RawFrame[] {RawFrame.text(""), RawFrame.binary(new byte[1])}) {
      Conversation talk = Conversation.as(us);
      talk.peerSays(RawFrame.text("Hel").unfinished(), frame);
      talk.weFail(1002, "new message before the end of a fragmented one");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§10.4: a message may be as large as maxMessageSize, and no larger")
  void maxMessageSize(Side us) {
    Limits limits = Limits.defaults().withMaxMessageSize(10);

    Conversation fits = new Conversation(us, limits);
    fits.peerSays(RawFrame.text("0123456789"));
    fits.peerSays(RawFrame.text("01234").unfinished(), RawFrame.continuation("56789"));
    fits.weHear("text 0123456789", "text 0123456789");

    Conversation inOneFrame = new Conversation(us, limits);
    inOneFrame.peerSays(RawFrame.text("").announcing(11));
    inOneFrame.weFail(1009, "message larger than maxMessageSize (10 bytes)");

    Conversation inTwo = new Conversation(us, limits);
    inTwo.peerSays(RawFrame.text("01234").unfinished(), RawFrame.continuation("").announcing(6));
    inTwo.weFail(1009, "message larger than maxMessageSize (10 bytes)");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§10.4: a frame may be as large as maxFrameSize, and no larger")
  void maxFrameSize(Side us) {
    Limits limits = Limits.defaults().withMaxFrameSize(125);
    RawFrame largest = RawFrame.text("x".repeat(125));

    Conversation fits = new Conversation(us, limits);
    fits.peerSays(largest.unfinished(), RawFrame.continuation("y".repeat(125)));
    fits.weHear("text " + "x".repeat(125) + "y".repeat(125));

    Conversation tooLarge = new Conversation(us, limits);
    tooLarge.peerSays(RawFrame.text("").announcing(126));
    tooLarge.weFail(1009, "frame larger than maxFrameSize (125 bytes)");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§10.4: the largest limits and the largest length do not overflow")
  void noOverflow(Side us) {
    Limits limits = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    Conversation talk = new Conversation(us, limits);

    talk.peerSays(
        RawFrame.text("x").unfinished(), RawFrame.continuation("").announcing(Long.MAX_VALUE));

    talk.weFail(1009, "message larger than maxMessageSize (2147483647 bytes)");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§10.4: a message may have maxFragments frames, and no more, empty ones included")
  void maxFragments(Side us) {
    Limits limits = Limits.defaults().withMaxFragments(3);
    RawFrame begin = RawFrame.text("").unfinished();
    RawFrame more = RawFrame.continuation("").unfinished();

    Conversation fits = new Conversation(us, limits);
    for (int i = 0; i < 2; i++) {
      fits.peerSays(begin, more, RawFrame.ping("not a fragment"), RawFrame.continuation("end"));
      fits.weHear("ping not a fragment", "text end");
    }

    Conversation tooMany = new Conversation(us, limits);
    tooMany.peerSays(begin, more, more);
    tooMany.weHearNothing();
    tooMany.peerSays(RawFrame.continuation(""));
    tooMany.weFail(1008, "message in more fragments than maxFragments (3)");
  }

  @ParameterizedTest
  @EnumSource
  void maxFragmentsOfOneRefusesFragmentation(Side us) {
    Conversation talk = new Conversation(us, Limits.defaults().withMaxFragments(1));

    talk.peerSays(RawFrame.text("whole"), RawFrame.text("begun").unfinished());
    talk.weHear("text whole");
    talk.peerSays(RawFrame.continuation(""));
    talk.weFail(1008, "message in more fragments than maxFragments (1)");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.1.7: the header is enough to fail the connection")
  void failsBeforeThePayload(Side us) {
    Conversation talk = Conversation.as(us);

    talk.peerSays(RawFrame.binary(new byte[0]).announcing(65_537));

    talk.weFail(1009, "message larger than maxMessageSize (65536 bytes)");
    assertThat(talk.protocol().isCloseSent()).isFalse();
  }
}
