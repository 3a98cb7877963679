package dev.phalanx.transport;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What connections of a client speak TLS with: read from the files once, and again when they have
 * changed. One entry for each {@link TlsClientConfig} in use. Any thread but a lane.
 */
final class ClientContexts {
  private record Loaded(TlsFiles.State state, SslContext context) {}

  private final Map<TlsClientConfig, Loaded> loaded = new ConcurrentHashMap<>();

  /**
   * The context for a configuration. Two threads may both read the files: that does no harm.
   *
   * @throws IOException that names the file that can't be used
   */
  SslContext get(TlsClientConfig config) throws IOException {
    TlsFiles.State now = TlsFiles.state(config);
    Loaded known = loaded.get(config);
    if (known == null || !known.state().equals(now)) {
      known = new Loaded(now, TlsFiles.load(config));
      loaded.put(config, known);
    }
    return known.context();
  }
}
