package dev.phalanx.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Asks a proxy to CONNECT to a host (RFC 9110, section 9.3.6). The handlers behind this one see the
 * channel become active once the proxy has agreed, by any status of 2xx; then this handler and its
 * decoder leave the pipeline. Lane-confined.
 */
final class ProxyTunnel extends ChannelInboundHandlerAdapter {
  private final UpgradeRequest request;
  private final ProxyConfig proxy;
  private final AnswerDecoder decoder;
  private final Dialling dialling;
  private @Nullable HttpResponse head; // of the answer, once it is here

  ProxyTunnel(UpgradeRequest request, ProxyConfig proxy, AnswerDecoder decoder, Dialling dialling) {
    this.request = request;
    this.proxy = proxy;
    this.decoder = decoder;
    this.dialling = dialling;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ByteBuf bytes = ctx.alloc().buffer();
    bytes.writeCharSequence(connect(), ISO_8859_1);
    ctx.writeAndFlush(bytes); // if that fails, the channel is closed, which is heard of
  }

  private String connect() {
    StringBuilder connect = new StringBuilder(256);
    connect.append("CONNECT ").append(request.address()).append(" HTTP/1.1\r\n");
    connect.append("Host: ").append(request.address()).append("\r\n");
    String username = proxy.username();
    if (username != null) {
      String credentials = username + ":" + proxy.password();
      String encoded = Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
      connect.append("Proxy-Authorization: Basic ").append(encoded).append("\r\n");
    }
    return connect.append("\r\n").toString();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HttpResponse response when response.decoderResult().isFailure() -> {
        ReferenceCountUtil.release(message);
        dialling.notHttp(response.decoderResult().cause());
      }
      case HttpResponse response -> head = response;
      case LastHttpContent last -> {
        last.release();
        answered(ctx);
      }
      default -> ctx.fireChannelRead(message); // what came with the answer is the host's
    }
  }

  private void answered(ChannelHandlerContext ctx) {
    HttpResponse answer = head;
    if (answer == null || AnswerDecoder.isInterim(answer)) {
      return;
    }
    if (answer.status().codeClass() == HttpStatusClass.SUCCESS) {
      ctx.fireChannelActive();
      ctx.pipeline().remove(decoder); // which passes on what it hasn't decoded
      ctx.pipeline().remove(this);
    } else {
      dialling.refused(refusal(answer.status()));
    }
  }

  private String refusal(HttpResponseStatus status) {
    if (status.code() != 407) {
      return "the proxy answered " + status;
    }
    return proxy.username() == null
        ? "the proxy asks for credentials (407): set ProxyConfig.withCredentials"
        : "the proxy does not accept the credentials of ProxyConfig (407)";
  }
}
