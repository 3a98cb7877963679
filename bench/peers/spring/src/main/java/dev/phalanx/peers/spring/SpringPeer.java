package dev.phalanx.peers.spring;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/** Spring Boot on Tomcat: handlers on Tomcat's pool of threads. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableWebSocket
public class SpringPeer implements WebSocketConfigurer {
  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(SpringPeer.class);
    application.setDefaultProperties(
        Map.of(
            "server.address", "127.0.0.1",
            "server.port", arguments.length > 0 ? arguments[0] : "8080",
            "spring.main.banner-mode", "off",
            "logging.level.root", "warn"));
    application.run();
  }

  @Override
  public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
    registry
        .addHandler(new EchoHandler(), "/ws/echo")
        .addHandler(new RelayHandler(), "/ws/relay/{room}");
  }

  @EventListener
  public void started(WebServerInitializedEvent event) {
    System.out.println("Serving on http://127.0.0.1:" + event.getWebServer().getPort());
  }
}
