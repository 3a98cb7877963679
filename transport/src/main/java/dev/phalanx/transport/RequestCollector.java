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
import org.jspecify.annotations.Nullable;

/** A request as it arrives: its head is checked, then its body collected, up to a limit. */
final class RequestCollector {
  private final HttpRequest head;
  private final RequestTarget target;
  private final long announced;
  private int limit;
  private ByteArrayOutputStream body = new ByteArrayOutputStream(0);

  /**
   * Takes a head.
   *
   * @throws HttpException that says what is wrong with it; its framing can't be trusted then
   */
  RequestCollector(HttpRequest head, HttpServerConfig config) {
    this.head = head;
    HeadRules.check(head, config);
    this.target = RequestTarget.of(head.uri());
    this.announced = HttpUtil.getContentLength(head, 0L);
  }

  /**
   * The host and port that the request names; null for an HTTP/1.0 request that names none, which
   * no browser sends.
   */
  @Nullable String host() {
    return target.authority() != null ? target.authority() : head.headers().get("Host");
  }

  /** Asks how large the body may be, from now on. */
  void limitBody(ExchangeHandler handler, HttpServerConfig config) {
    limit = handler.bodyLimit(head.method().name(), target.path(), config.maxBodyBytes());
  }

  /** Whether nobody wants the body, whatever its size. */
  boolean isBodyUnwanted() {
    return limit == ExchangeHandler.NO_BODY;
  }

  /** Whether the head says that the body is larger than the limit. */
  boolean announcesTooMuch() {
    return announced > limit;
  }

  /** The announced size of the body; 0 for one that comes in chunks. */
  long announced() {
    return announced;
  }

  HttpException tooLarge() {
    return new HttpException(413, "the body is larger than maxBodyBytes (" + limit + " bytes)");
  }

  boolean expectsContinue() {
    return HttpUtil.is100ContinueExpected(head);
  }

  /** Whether more than the head is to come. */
  boolean hasBody() {
    return HttpUtil.isTransferEncodingChunked(head) || announced > 0;
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

  /**
   * Takes a part of the body.
   *
   * @return whether the body is still within its limit
   * @throws HttpException that says what is wrong with it
   */
  boolean add(ByteBuf content, DecoderResult result) {
    if (result.isFailure()) {
      throw result.cause() instanceof HttpException e
          ? e
          : new HttpException(400, "malformed body");
    }
    if (body.size() + content.readableBytes() > limit) {
      return false;
    }
    byte[] bytes = new byte[content.readableBytes()];
    content.readBytes(bytes);
    body.writeBytes(bytes);
    return true;
  }

  /** How many bytes of the body have arrived. */
  int received() {
    return body.size();
  }

  /** Forgets what has arrived of the body. */
  void dropBody() {
    body = new ByteArrayOutputStream(0);
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
        secure,
        head.protocolVersion().text());
  }

  private boolean isOverruled(String name) {
    // RFC 9110, section 7.8: an HTTP/1.0 request can't ask to upgrade
    return (isHttp10() && name.equalsIgnoreCase("Upgrade"))
        // RFC 9112, section 3.2.2: the host in the target is the one that counts
        || (target.authority() != null && name.equalsIgnoreCase("Host"));
  }
}
