package dev.phalanx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeIoTest {
  static Stream<SocketChannel> channels() {
    return Stream.of(new EpollSocketChannel(), new NioSocketChannel());
  }

  @ParameterizedTest
  @MethodSource("channels")
  void a_channel_sends_what_is_small_at_once_without_being_told(SocketChannel channel) {
    assertThat(channel.config().isTcpNoDelay()).isTrue();

    channel.unsafe().closeForcibly();
  }
}
