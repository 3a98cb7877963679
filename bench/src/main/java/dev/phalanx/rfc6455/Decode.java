package dev.phalanx.rfc6455;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to make messages of a client's bytes, by our core and by Netty's codec? Per
 * read of about 64 KiB, full of frames of one size; text is validated by both.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgsAppend = {NettyCodec.UNSAFE, NettyCodec.USE_UNSAFE, NettyCodec.NO_LEAK_DETECTION})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class Decode {
  private static final int READ = 65_536;

  /** Bytes of payload in a frame. */
  @Param({"16", "256", "4096", "65536"})
  public int size;

  /** What is in it. */
  @Param({"BINARY", "TEXT"})
  public String opcode;

  private final NettyCodec.Count count = new NettyCodec.Count();
  private final Protocol protocol =
      new Protocol(Side.SERVER, new Limits(NettyCodec.MAX_PAYLOAD, NettyCodec.MAX_PAYLOAD, 1_024));
  private EmbeddedChannel netty;
  private ByteBuf bytes;
  private ByteBuffer view;

  @Setup
  public void open() {
    Opcode kind = Opcode.valueOf(opcode);
    bytes = NettyCodec.direct(Sample.frames(kind, false, Sample.text("ascii", size), READ / size));
    view = bytes.nioBuffer();
    ChannelHandler[] validator =
        kind == Opcode.TEXT
            ? new ChannelHandler[] {new Utf8FrameValidator()}
            : new ChannelHandler[0];
    netty = NettyCodec.inbound(count, false, validator);
    long before = count.messages;
    netty();
    if (count.messages - before != READ / size || ours() != READ / size) {
      throw new IllegalStateException("not every frame came out");
    }
  }

  @TearDown
  public void close() {
    netty.finishAndReleaseAll();
    bytes.release();
  }

  @Benchmark
  public int ours() {
    ByteBuffer in = view.duplicate();
    int messages = 0;
    for (Event next = protocol.receive(in); next != null; next = protocol.receive(in)) {
      messages++;
    }
    return messages;
  }

  @Benchmark
  public long netty() {
    netty.pipeline().fireChannelRead(bytes.retainedDuplicate());
    return count.messages;
  }
}
