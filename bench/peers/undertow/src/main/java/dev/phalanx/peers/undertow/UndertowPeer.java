package dev.phalanx.peers.undertow;

import static io.undertow.Handlers.path;
import static io.undertow.Handlers.websocket;

import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.spi.WebSocketHttpExchange;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Undertow: listeners on its I/O threads, which send without waiting. */
public final class UndertowPeer {
  private static final Map<String, Set<WebSocketChannel>> rooms = new ConcurrentHashMap<>();

  private UndertowPeer() {}

  public static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
    Undertow server =
        Undertow.builder()
            .addHttpListener(port, "127.0.0.1")
            .setHandler(
                path()
                    .addExactPath("/ws/echo", websocket(UndertowPeer::echo))
                    .addPrefixPath("/ws/relay", websocket(UndertowPeer::relay)))
            .build();
    server.start();
    InetSocketAddress address =
        (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
    System.out.println("Serving on http://127.0.0.1:" + address.getPort());
  }

  private static void echo(WebSocketHttpExchange exchange, WebSocketChannel channel) {
    channel
        .getReceiveSetter()
        .set(
            new AbstractReceiveListener() {
              @Override
              protected void onFullTextMessage(WebSocketChannel own, BufferedTextMessage message) {
                WebSockets.sendText("echo: " + message.getData(), own, null);
              }
            });
    channel.resumeReceives();
  }

  private static void relay(WebSocketHttpExchange exchange, WebSocketChannel channel) {
    Set<WebSocketChannel> room =
        rooms.computeIfAbsent(exchange.getRequestURI(), any -> ConcurrentHashMap.newKeySet());
    room.add(channel);
    channel.addCloseTask(room::remove);
    channel
        .getReceiveSetter()
        .set(
            new AbstractReceiveListener() {
              @Override
              protected void onFullTextMessage(WebSocketChannel own, BufferedTextMessage message) {
                String text = message.getData();
                for (WebSocketChannel each : room) {
                  if (each != own) {
                    WebSockets.sendText(text, each, null);
                  }
                }
              }
            });
    channel.resumeReceives();
  }
}
