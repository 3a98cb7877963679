package dev.phalanx.rfc6455;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
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
 * What does it cost to compress a message, by our core and by Netty's permessage-deflate? Windows
 * of 15 bits and level 6 for both, the same zlib under both.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgsAppend = {NettyCodec.UNSAFE, NettyCodec.USE_UNSAFE, NettyCodec.NO_LEAK_DETECTION})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class Deflate {
  static final int LEVEL = 6;

  /** Bytes of the message. */
  @Param({"1024", "16384"})
  public int size;

  /** Whether a message may refer to those before it. */
  @Param({"false", "true"})
  public boolean takeover;

  private final NettyCodec.Count count = new NettyCodec.Count();
  private MessageDeflater ours;
  private EmbeddedChannel netty;
  private byte[] message;
  private ByteBuf buffer;

  @Setup
  public void open() {
    message = Sample.text("ascii", size);
    buffer = NettyCodec.direct(message);
    ours =
        MessageDeflater.of(
            new DeflateParameters(!takeover, !takeover, 15, 15),
            Side.SERVER,
            LEVEL,
            DeflatePool.shared());
    netty = NettyCodec.outbound(count, NettyCodec.deflate(LEVEL, takeover).newExtensionEncoder());
  }

  @TearDown
  public void close() {
    ours.close();
    netty.finishAndReleaseAll();
    buffer.release();
  }

  @Benchmark
  public byte[] ours() {
    return ours.deflate(message);
  }

  @Benchmark
  public long netty() {
    netty.pipeline().write(new TextWebSocketFrame(buffer.retainedDuplicate()));
    return count.messages;
  }
}
