package dev.phalanx.transport;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import java.util.function.Function;

/**
 * What a host has answered to an {@link UpgradeRequest}. Whoever has it either {@link #open opens}
 * the wire or {@link #close closes} it; until then nothing more is read. Any thread but a lane.
 */
public interface DialledAnswer extends AutoCloseable {
  /** The status code. */
  int status();

  /** The headers. */
  Headers headers();

  /** The body of an answer other than 101, as much of it as {@link DialConfig#maxBodyBytes}. */
  byte[] body();

  /**
   * Makes the connection a wire. What was read beyond the answer goes on to it.
   *
   * @param session takes the wire over, before anything is read; must not block
   * @throws IllegalStateException if it was opened or closed already
   */
  void open(Function<Wire, WireHandler> session);

  /** Closes the connection, unless it is a wire. Idempotent. */
  @Override
  void close();
}
