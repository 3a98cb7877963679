package dev.phalanx.transport;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names and values that most handshakes have. A connection keeps its request, and ten thousand
 * needn't keep ten thousand copies of these.
 */
final class CommonWords {
  private static final int LONGEST = 48;

  private static final Map<String, String> NAMES =
      Stream.of(
              "Accept",
              "Accept-Encoding",
              "Accept-Language",
              "Authorization",
              "Cache-Control",
              "Connection",
              "Cookie",
              "Host",
              "Origin",
              "Pragma",
              "Sec-WebSocket-Extensions",
              "Sec-WebSocket-Key",
              "Sec-WebSocket-Protocol",
              "Sec-WebSocket-Version",
              "Upgrade",
              "User-Agent",
              "X-Forwarded-For",
              "X-Forwarded-Proto")
          .flatMap(name -> Stream.of(name, name.toLowerCase(Locale.ROOT)))
          .collect(Collectors.toMap(Function.identity(), Function.identity()));

  private static final Map<String, String> VALUES =
      Stream.of(
              "websocket",
              "Upgrade",
              "upgrade",
              "keep-alive, Upgrade",
              "13",
              "no-cache",
              "gzip, deflate",
              "permessage-deflate",
              "permessage-deflate; client_max_window_bits")
          .collect(Collectors.toMap(Function.identity(), Function.identity()));

  private CommonWords() {}

  static String name(String name) {
    return shared(NAMES, name);
  }

  static String value(String value) {
    return shared(VALUES, value);
  }

  private static String shared(Map<String, String> known, String word) {
    return word.length() > LONGEST ? word : known.getOrDefault(word, word);
  }
}
