package dev.phalanx.transport;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What connections of a client speak TLS with: read from the files once, and again when they have
 * changed; what can't be used then, such as half of a pair, is logged once, and what was read
 * before is kept. One entry for each {@link TlsClientConfig} in use. Any thread but a lane.
 */
final class ClientContexts {
  private static final Logger log = LoggerFactory.getLogger(LoggerName.TRANSPORT);

  private record Loaded(TlsFiles.State state, SslContext context) {}

  private final Map<TlsClientConfig, Loaded> loaded = new ConcurrentHashMap<>();

  /**
   * The context for a configuration. Two threads may both read the files: that does no harm.
   *
   * @throws IOException that names the file that can't be used, the first time
   */
  SslContext get(TlsClientConfig config) throws IOException {
    TlsTaskPool.shared(); // starts the threads here, and not on an event loop
    TlsFiles.State now = TlsFiles.state(config);
    Loaded known = loaded.get(config);
    if (known == null || !known.state().equals(now)) {
      known = new Loaded(now, known == null ? TlsFiles.load(config) : again(config, known));
      loaded.put(config, known);
    }
    return known.context();
  }

  private static SslContext again(TlsClientConfig config, Loaded known) {
    try {
      return TlsFiles.load(config);
    } catch (IOException e) {
      log.error("TLS: {}; what was loaded before stays in use", e.getMessage());
      return known.context();
    }
  }
}
