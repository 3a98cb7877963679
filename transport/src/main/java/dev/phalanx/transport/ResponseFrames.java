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
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
      connection(headers, HttpHeaderValues.CLOSE);
    }
    return framed;
  }

  /** Adds an option to the Connection header, in one line with those that it has already. */
  static void connection(HttpHeaders headers, AsciiString option) {
    List<String> options = new ArrayList<>(headers.getAll(HttpHeaderNames.CONNECTION));
    options.removeIf(option::contentEqualsIgnoreCase);
    options.add(option.toString());
    headers.set(HttpHeaderNames.CONNECTION, String.join(", ", options));
  }

  /** Whether a response itself says that the connection ends with it. */
  static boolean isLast(Response response) {
    return response.headers().all("Connection").stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
  }
}
