package dev.phalanx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeIoTest {
  static Stream<Class<? extends SocketChannel>> channels() {
    return Stream.of(NativeIo.best().dialledType(), NioSocketChannel.class);
  }

  @ParameterizedTest
  @MethodSource("channels")
  void a_channel_sends_what_is_small_at_once_without_being_told(Class<? extends SocketChannel> type)
      throws Exception {
    SocketChannel channel = type.getDeclaredConstructor().newInstance();

    assertThat(channel.config().isTcpNoDelay()).isTrue();

    channel.unsafe().closeForcibly();
  }
}
