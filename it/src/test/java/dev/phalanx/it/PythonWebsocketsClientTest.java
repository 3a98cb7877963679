package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.Demo;
import dev.phalanx.stoa.RunningServer;
import org.junit.jupiter.api.Test;

/** The demo's {@code /ws/mirror/deflate} talks to Python's {@code websockets}. */
class PythonWebsocketsClientTest {
  @Test
  void every_message_comes_back_with_every_window_and_context() throws Exception {
    Python python = Python.find();
    try (RunningServer demo = Demo.start("127.0.0.1", 0)) {
      Python.Output mirror = python.talk("ws://127.0.0.1:" + demo.port() + "/ws/mirror/deflate");

      // 7 windows, 4 combinations of context takeover, 30 messages whole and in parts
      assertThat(mirror.text()).isEqualTo("1680");
      assertThat(mirror.status()).isZero();
    }
  }
}
