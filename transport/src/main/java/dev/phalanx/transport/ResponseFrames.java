package dev.phalanx.transport;

import dev.phalanx.http.Response;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** A response as Netty's encoder takes it, with the headers that frame it. */
final class ResponseFrames {
  private ResponseFrames() {}

  /**
   * Frames a response.
   *
   * @param withoutBody for HEAD: the length is told, the body is not
   * @param last whether the connection ends with it
   */
  static FullHttpResponse of(Response response, boolean withoutBody, boolean last) {
    int status = response.status();
    boolean bodiless = status < 200 || status == 204 || status == 304;
    byte[] body = withoutBody || bodiless ? new byte[0] : response.body();
    FullHttpResponse framed =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(body),
            DefaultHttpHeadersFactory.headersFactory().newHeaders(),
            EmptyHttpHeaders.INSTANCE);
    HttpHeaders headers = framed.headers();
    response.headers().forEach(headers::add);
    headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    if (bodiless) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
    }
    if (status >= 200) {
      headers.set(HttpHeaderNames.DATE, HttpDate.now());
    }
    if (last) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return framed;
  }
}
