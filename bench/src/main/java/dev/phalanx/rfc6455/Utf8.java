package dev.phalanx.rfc6455;

import io.netty.buffer.ByteBuf;
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

/** What does it cost to check that a text is UTF-8, by our core and by Netty's validator? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 2,
    jvmArgsAppend = {NettyCodec.UNSAFE, NettyCodec.USE_UNSAFE, NettyCodec.NO_LEAK_DETECTION})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class Utf8 {
  private static final MethodHandle MAKE;
  private static final MethodHandle CHECK;
  private static final MethodHandle FINISH;

  static {
    try {
      Class<?> type = Class.forName("io.netty.handler.codec.http.websocketx.Utf8Validator");
      MethodHandles.Lookup inside = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      MethodType nothing = MethodType.methodType(void.class);
      MAKE = inside.findConstructor(type, nothing).asType(MethodType.methodType(Object.class));
      CHECK =
          inside
              .findVirtual(type, "check", MethodType.methodType(void.class, ByteBuf.class))
              .asType(MethodType.methodType(void.class, Object.class, ByteBuf.class));
      FINISH =
          inside
              .findVirtual(type, "finish", nothing)
              .asType(MethodType.methodType(void.class, Object.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What is written: letters of one byte, some of two, or most of three. */
  @Param({"ascii", "latin", "cjk"})
  public String script;

  /** Bytes of the text. */
  @Param({"64", "4096"})
  public int size;

  private byte[] bytes;
  private ByteBuf buffer;

  @Setup
  public void fill() {
    bytes = Sample.text(script, size);
    buffer = NettyCodec.direct(bytes);
    if (ours() != Utf8Validator.ACCEPT) {
      throw new IllegalStateException("not UTF-8");
    }
  }

  @TearDown
  public void release() {
    buffer.release();
  }

  @Benchmark
  public int ours() {
    return Utf8Validator.advance(Utf8Validator.ACCEPT, bytes, 0, bytes.length);
  }

  @Benchmark
  public Object netty() throws Throwable {
    Object validator = MAKE.invokeExact();
    CHECK.invokeExact(validator, buffer);
    FINISH.invokeExact(validator);
    return validator;
  }
}
