package dev.phalanx.testkit;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RunningServer;
import org.jspecify.annotations.Nullable;

/** Where a {@link TestServer} serves. */
sealed interface Hosting permits MemoryHosting, PortHosting {
  Application application();

  RunningServer server();

  /** Host and port in URIs. */
  String authority();

  /** Waits for an answer. */
  Response ask(Request request);

  /** Waits for the answer to a handshake; what it opens is closed again. */
  Response askToOpen(String path, String... headers);

  WsClient newClient();

  String transcripts();

  /**
   * Ends everything.
   *
   * @param client that {@link #newClient} made; null if none was made
   * @param thorough whether the garbage collector is asked to look for buffers
   * @param leaks is told what is left
   */
  void close(@Nullable WsClient client, boolean thorough, Leaks leaks);
}
