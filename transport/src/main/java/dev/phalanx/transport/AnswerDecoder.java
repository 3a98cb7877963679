package dev.phalanx.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Decodes the answer to an upgrade request, or to a CONNECT, and nothing beyond it: what follows is
 * no HTTP, and stays here as it is until this handler is taken out. Lane-confined.
 */
final class AnswerDecoder extends HttpResponseDecoder {
  /** The first byte of a TLS record with an alert or with a part of a handshake. */
  private static final List<Integer> TLS_RECORDS = List.of(0x15, 0x16);

  private static final Pattern STATUS = Pattern.compile("[1-9][0-9]{2}");

  private final boolean bodies;
  private boolean begun;
  private boolean done;

  private AnswerDecoder(DialConfig config, boolean bodies) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(config.maxHeadBytes())
            .setMaxHeaderSize(config.maxHeadBytes())
            .setValidateHeaders(true));
    this.bodies = bodies;
  }

  static AnswerDecoder ofUpgrade(DialConfig config) {
    return new AnswerDecoder(config, true);
  }

  /**
   * For the answer to a CONNECT: the head is all of it. After a 2xx follows the tunnel, whatever
   * the headers say (RFC 9110, section 9.3.6), and the body of a refusal is of no use.
   */
  static AnswerDecoder ofConnect(DialConfig config) {
    return new AnswerDecoder(config, false);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (done) {
      return;
    }
    if (!begun) {
      begun = true;
      if (TLS_RECORDS.contains((int) in.getUnsignedByte(in.readerIndex()))) {
        done = true;
        throw new TlsAnswerException();
      }
    }
    super.decode(ctx, in, out);
    done =
        !out.isEmpty()
            && out.getLast() instanceof LastHttpContent
            && !(out.getFirst() instanceof HttpResponse head && isInterim(head));
  }

  /** Whether another answer follows this one (RFC 9110, section 15.2). */
  static boolean isInterim(HttpResponse head) {
    int status = head.status().code();
    return status / 100 == 1 && status != 101;
  }

  /** A status is three digits (RFC 9112, section 4); Netty would read {@code +101} and 0101 too. */
  @Override
  protected HttpMessage createMessage(String[] statusLine) {
    if (!STATUS.matcher(statusLine[1]).matches()) {
      throw new IllegalArgumentException("the status is not three digits");
    }
    return super.createMessage(statusLine);
  }

  /** A 101 has no body, whatever it says. */
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return !bodies
        || (message instanceof HttpResponse head && head.status().code() == 101)
        || super.isContentAlwaysEmpty(message);
  }

  /** Not for the superclass, which would decode what must wait here. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
  }
}
