package dev.phalanx.cli;

import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsMessage;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How messages are shown.
 *
 * @param indented whether JSON is printed with indentation
 */
record Shown(boolean indented) {
  /** Numbers stay as exact as they came; what can't be shown without a loss is no JSON here. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A message in full: text as it is, binary in hexadecimal. */
  String message(WsMessage message) {
    return message.isText() ? text(message.text()) : HexFormat.of().formatHex(message.bytes());
  }

  private String text(String text) {
    if (!indented || text.isBlank()) {
      return text;
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(text));
    } catch (JacksonException e) { // then it isn't JSON
      return text;
    }
  }

  /** How a connection was closed: code, reason, and by whom. */
  static String closed(WsClosed closed) {
    String reason = closed.reason().isEmpty() ? "" : " (" + closed.reason() + ")";
    String by =
        switch (closed.by()) {
          case PEER -> " by the server";
          case US -> " by us";
          case NOBODY -> "";
        };
    return closed.code().value() + reason + by;
  }
}
