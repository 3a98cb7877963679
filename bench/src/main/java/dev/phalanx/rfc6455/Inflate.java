package dev.phalanx.rfc6455;

import io.netty.buffer.ByteBuf;
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
 * What does it cost to make a message of a client's compressed frame, by our core and by Netty's
 * codec: decoded, unmasked, inflated and validated by both?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgsAppend = {NettyCodec.UNSAFE, NettyCodec.USE_UNSAFE, NettyCodec.NO_LEAK_DETECTION})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class Inflate {
  /** Bytes of the message. */
  @Param({"1024", "16384"})
  public int size;

  /** Whether a message may refer to those before it; that of the benchmark doesn't. */
  @Param({"false", "true"})
  public boolean takeover;

  private final NettyCodec.Count count = new NettyCodec.Count();
  private Protocol ours;
  private EmbeddedChannel netty;
  private ByteBuf bytes;
  private ByteBuffer view;

  @Setup
  public void open() {
    byte[] alone =
        MessageDeflater.alone(Sample.text("ascii", size), 15, Deflate.LEVEL, DeflatePool.shared());
    bytes = NettyCodec.direct(Sample.frames(Opcode.TEXT, true, alone, 1));
    view = bytes.nioBuffer();
    ours =
        new Protocol(
            Side.SERVER,
            new Limits(NettyCodec.MAX_PAYLOAD, NettyCodec.MAX_PAYLOAD, 1_024),
            new DeflateParameters(!takeover, !takeover, 15, 15),
            DeflatePool.shared());
    netty =
        NettyCodec.inbound(
            count,
            true,
            NettyCodec.deflate(Deflate.LEVEL, takeover).newExtensionDecoder(),
            new Utf8FrameValidator());
    netty();
    if (count.messages != 1 || !(ours() instanceof Event.Text)) {
      throw new IllegalStateException("the message did not come out");
    }
  }

  @TearDown
  public void close() {
    ours.release();
    netty.finishAndReleaseAll();
    bytes.release();
  }

  @Benchmark
  public Event ours() {
    return ours.receive(view.duplicate());
  }

  @Benchmark
  public long netty() {
    netty.pipeline().fireChannelRead(bytes.retainedDuplicate());
    return count.messages;
  }
}
