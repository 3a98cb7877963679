package dev.phalanx.rfc6455;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
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

/** What does unmasking cost, by our core and by Netty's, which keeps it to itself? In place. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgsAppend = {NettyCodec.UNSAFE, NettyCodec.USE_UNSAFE, NettyCodec.NO_LEAK_DETECTION})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class Unmask {
  private static final int KEY = 0x37FA_213D;
  private static final MethodHandle NETTY;

  static {
    try {
      NETTY =
          MethodHandles.privateLookupIn(WebSocket08FrameDecoder.class, MethodHandles.lookup())
              .findVirtual(
                  WebSocket08FrameDecoder.class,
                  "unmask",
                  MethodType.methodType(void.class, ByteBuf.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Bytes of payload. */
  @Param({"16", "125", "4096", "65536"})
  public int size;

  private final WebSocket08FrameDecoder netty =
      new WebSocket13FrameDecoder(true, false, NettyCodec.MAX_PAYLOAD);
  private byte[] bytes;
  private ByteBuf buffer;

  @Setup
  public void fill() throws ReflectiveOperationException {
    bytes = Sample.text("ascii", size);
    buffer = NettyCodec.direct(bytes);
    MethodHandles.privateLookupIn(WebSocket08FrameDecoder.class, MethodHandles.lookup())
        .findVarHandle(WebSocket08FrameDecoder.class, "mask", int.class)
        .set(netty, KEY);
  }

  @TearDown
  public void release() {
    buffer.release();
  }

  @Benchmark
  public int ours() {
    return Masking.apply(KEY, bytes, 0, bytes.length);
  }

  @Benchmark
  public void netty() throws Throwable {
    NETTY.invokeExact(netty, buffer);
  }
}
