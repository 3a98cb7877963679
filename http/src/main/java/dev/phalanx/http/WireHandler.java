package dev.phalanx.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hears what happens on a {@link Wire}, on its lane; must not block. */
public interface WireHandler {
  /**
   * Bytes arrived.
   *
   * @param bytes valid during the call only; what is left in it is lost
   */
  void onRead(ByteBuffer bytes);

  /** The operating system has taken all that was flushed. */
  void onFlushed();

  /**
   * The operating system had no room, and has now taken some of what was flushed, but not all: the
   * peer reads, however slowly. A wire that can't tell calls only {@link #onFlushed}.
   */
  default void onProgress() {}

  /**
   * The peer has ended its side in good order: nothing more will be read, but it may still listen.
   *
   * @return whether the wire is to stay open, so that more can be written; whoever says so must
   *     close it sooner or later
   */
  default boolean onInputEnded() {
    return false;
  }

  /**
   * The wire is closed, by either side. Called once; nothing follows.
   *
   * @param cause what broke it; null for an orderly end
   */
  void onClosed(@Nullable Throwable cause);
}
