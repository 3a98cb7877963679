package dev.phalanx.transport;

import dev.phalanx.http.Headers;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.Request;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;

/** A request as it arrives: its head is checked, then its body collected, within bounds. */
final class RequestCollector {
  private final HttpRequest head;
  private final RequestTarget target;
  private final int maxBody;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

  /**
   * Takes a head.
   *
   * @throws HttpException that says what is wrong with it; its framing can't be trusted then
   */
  RequestCollector(HttpRequest head, HttpServerConfig config) {
    this.head = head;
    this.maxBody = config.maxBodyBytes();
    HeadRules.check(head, config);
    this.target = RequestTarget.of(head.uri());
    if (HttpUtil.getContentLength(head, 0L) > maxBody) {
      throw tooLarge();
    }
  }

  private HttpException tooLarge() {
    return new HttpException(413, "the body is larger than maxBodyBytes (" + maxBody + " bytes)");
  }

  boolean expectsContinue() {
    return HttpUtil.is100ContinueExpected(head);
  }

  /** Whether more than the head is to come. */
  boolean hasBody() {
    return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
  }

  boolean keepsAlive() {
    return HttpUtil.isKeepAlive(head);
  }

  boolean isHead() {
    return head.method().name().equals("HEAD");
  }

  boolean isHttp10() {
    return head.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  void add(ByteBuf content, DecoderResult result) {
    if (result.isFailure()) {
      throw new HttpException(400, "malformed body");
    }
    if (body.size() + content.readableBytes() > maxBody) {
      throw tooLarge();
    }
    byte[] bytes = new byte[content.readableBytes()];
    content.readBytes(bytes);
    body.writeBytes(bytes);
  }

  Request request(Channel channel, boolean secure) {
    Headers.Builder headers = new Headers.Builder();
    head.headers()
        .forEach(header -> {
          if (!isOverruled(header.getKey())) {
            headers.add(CommonWords.name(header.getKey()), CommonWords.value(header.getValue()));
          }
        });
    if (target.authority() != null) {
      headers.add("Host", target.authority());
    }
    return new Request(
        head.method().name(),
        target.originForm(),
        headers.build(),
        body.toByteArray(),
        channel.remoteAddress(),
        secure);
  }

  private boolean isOverruled(String name) {
    // RFC 9110, section 7.8: an HTTP/1.0 request can't ask to upgrade
    return (isHttp10() && name.equalsIgnoreCase("Upgrade"))
        // RFC 9112, section 3.2.2: the host in the target is the one that counts
        || (target.authority() != null && name.equalsIgnoreCase("Host"));
  }
}
