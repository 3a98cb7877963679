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
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request as it arrives: its head is checked, then its body collected, within bounds. */
final class RequestCollector {
  private static final Pattern ABSOLUTE_FORM =
      Pattern.compile("https?://[^/?]*", Pattern.CASE_INSENSITIVE);

  private final HttpRequest head;
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
    checkDecoded(head.decoderResult(), config);
    if (!isHttp10() && head.headers().getAll("Host").size() != 1) {
      throw new HttpException(400, "exactly one Host header is needed"); // RFC 9112, section 3.2
    }
    if (HttpUtil.getContentLength(head, 0L) > maxBody) {
      throw tooLarge();
    }
  }

  private static void checkDecoded(DecoderResult result, HttpServerConfig config) {
    if (result.isSuccess()) {
      return;
    }
    throw switch (result.cause()) {
      case TooLongHttpLineException e ->
          new HttpException(
              414,
              "the request line is longer than maxRequestLine ("
                  + config.maxRequestLine()
                  + " bytes)");
      case TooLongHttpHeaderException e ->
          new HttpException(
              431,
              "the headers are larger than maxHeaderBytes (" + config.maxHeaderBytes() + " bytes)");
      case null, default -> new HttpException(400, "malformed request");
    };
  }

  private HttpException tooLarge() {
    return new HttpException(413, "the body is larger than maxBodyBytes (" + maxBody + " bytes)");
  }

  boolean expectsContinue() {
    return HttpUtil.is100ContinueExpected(head);
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
          // RFC 9110, section 7.8: an HTTP/1.0 request can't ask to upgrade
          if (!isHttp10() || !header.getKey().equalsIgnoreCase("Upgrade")) {
            headers.add(header.getKey(), header.getValue());
          }
        });
    return new Request(
        head.method().name(),
        originForm(head.uri()),
        headers.build(),
        body.toByteArray(),
        channel.remoteAddress(),
        secure);
  }

  /** RFC 9112, section 3.2.2: the absolute form is as good; where it leads is the Host's to say. */
  private static String originForm(String target) {
    Matcher absolute = ABSOLUTE_FORM.matcher(target);
    if (!absolute.lookingAt()) {
      return target;
    }
    String rest = target.substring(absolute.end());
    return rest.startsWith("/") ? rest : "/" + rest;
  }
}
