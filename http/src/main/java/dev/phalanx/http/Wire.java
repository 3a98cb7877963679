package dev.phalanx.http;

import java.net.SocketAddress;

/**
 * A duplex byte pipe that belongs to a {@link Lane}. Unless said otherwise, methods are for the
 * lane alone. On a closed wire all of them do nothing.
 */
public interface Wire {
  /** The lane it belongs to. Any thread. */
  Lane lane();

  /** The peer's address. Any thread. */
  SocketAddress remoteAddress();

  /** Whether what is written may still reach the peer. */
  boolean isOpen();

  /** Adds bytes to what the next {@link #flush} hands over. They are copied. */
  void write(byte[] bytes, int offset, int length);

  /**
   * Hands what was written to the operating system.
   *
   * @return true if it has taken all; false if {@link WireHandler#onFlushed} will say when it has.
   *     Until then nothing more may be written.
   */
  boolean flush();

  /** Stops reading, so that the peer feels it; what is being read just now may still arrive. */
  void pause();

  /** Reads again. */
  void resume();

  /** Says to the peer that no more will come, and goes on reading. Everything must be flushed. */
  void shutdownOutput();

  /**
   * Closes both ways, dropping what the operating system hasn't taken. Any thread. {@link
   * WireHandler#onClosed} follows.
   */
  void close();
}
