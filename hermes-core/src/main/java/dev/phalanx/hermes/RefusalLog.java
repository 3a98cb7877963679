package dev.phalanx.hermes;

import dev.phalanx.http.LogLimiter;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs refused handshakes: at debug, but at info, rate-limited, where a setting of the operator is
 * the likely cause. Any thread.
 */
final class RefusalLog {
  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);
  private static final int LONGEST_ORIGIN = 200;

  private final LogLimiter origins = new LogLimiter();
  private final LogLimiter proxies = new LogLimiter();

  void refused(WsRoute route, Request request, Response response) {
    if (response.status() == 403) {
      origins.info(
          log,
          "{}: refused the Origin {} of {}, for the Host {}; if its pages may connect, name it in"
              + " WsConfig.withOrigins",
          route.key(),
          shortened(request.header("Origin")),
          request.remoteAddress(),
          String.valueOf(request.header("Host")));
    } else if (ServerHandshake.isOfOldProxy(request)) {
      proxies.info(
          log,
          "{}: refused a handshake of {} that came as HTTP/1.0; the proxy in front of this server"
              + " must speak HTTP/1.1 (nginx: proxy_http_version 1.1)",
          route.key(),
          request.remoteAddress());
    } else if (log.isDebugEnabled()) {
      log.debug(
          "{}: refused a handshake of {}: {} {}",
          route.key(),
          request.remoteAddress(),
          response.status(),
          new String(response.body(), StandardCharsets.UTF_8));
    }
  }

  private static String shortened(@Nullable String origin) {
    String text = String.valueOf(origin);
    return text.length() <= LONGEST_ORIGIN ? text : text.substring(0, LONGEST_ORIGIN) + "…";
  }
}
