package dev.phalanx.rfc6455;

/**
 * Where the bytes of an {@link EncodedFrame} go: a buffer of the transport, usually. Called on the
 * thread that called {@link EncodedFrame#transferTo}.
 */
@FunctionalInterface
public interface ByteSink {
  /**
   * Takes {@code length} bytes from {@code offset} on. The array is shared by everyone who sends
   * the frame: copy from it or send it, never write to it.
   */
  void write(byte[] bytes, int offset, int length);
}
