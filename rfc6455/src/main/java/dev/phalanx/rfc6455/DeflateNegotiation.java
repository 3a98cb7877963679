package dev.phalanx.rfc6455;

import static dev.phalanx.rfc6455.DeflateParameters.EXTENSION;
import static dev.phalanx.rfc6455.DeflateParameters.MAX_WINDOW_BITS;
import static dev.phalanx.rfc6455.DeflateParameters.MIN_WINDOW_BITS;
import static dev.phalanx.rfc6455.DeflateTerms.ABSENT;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How two endpoints come to terms on permessage-deflate (RFC 7692 §5, §7.1), in both roles. Pure
 * functions, for any thread, in time linear in the length of the header.
 *
 * <p>A window of 8 bits is not promised to anyone, since zlib, which most peers are made with,
 * can't deflate with one: an offer that asks it of the server is declined. Where a server insists
 * on 8 from us as a client, it gets it.
 */
public final class DeflateNegotiation {
  /**
   * What a server has agreed to.
   *
   * @param header the value of {@code Sec-WebSocket-Extensions} in its answer
   */
  public record Agreement(DeflateParameters parameters, String header) {}

  private DeflateNegotiation() {}

  /**
   * The server's part: takes the first offer that it can keep. Extensions that it doesn't know and
   * offers whose parameters make no sense are declined (§5.1), and that is all that happens to
   * them.
   *
   * @param headerValues the values of all lines of {@code Sec-WebSocket-Extensions}
   * @param ours what the server wishes for: it refers no further back than it says, keeps no
   *     context where it says so, and asks the same of the client
   * @return null if no offer can be kept; then the answer has no such header
   * @throws IllegalArgumentException if the header is malformed: {@link Extension#offered}
   */
  public static @Nullable Agreement accept(Iterable<String> headerValues, DeflateParameters ours) {
    for (Extension offer : Extension.offered(headerValues)) {
      DeflateTerms terms = offer.name().equals(EXTENSION) ? DeflateTerms.of(offer, false) : null;
      if (terms != null && terms.serverMaxWindowBits() != MIN_WINDOW_BITS) {
        return accept(terms, ours);
      }
    }
    return null;
  }

  private static Agreement accept(DeflateTerms offer, DeflateParameters ours) {
    boolean serverAlone = ours.serverNoContextTakeover() || offer.serverNoContextTakeover();
    boolean clientAlone = ours.clientNoContextTakeover() || offer.clientNoContextTakeover();
    int serverBits = least(ours.serverMaxWindowBits(), offer.serverMaxWindowBits());
    // §7.1.2.2: a client that hasn't offered the parameter must not be asked.
    boolean canAsk = offer.clientMaxWindowBits() != ABSENT;
    int clientBits =
        canAsk ? least(ours.clientMaxWindowBits(), offer.clientMaxWindowBits()) : MAX_WINDOW_BITS;
    DeflateTerms answer =
        new DeflateTerms(
            serverAlone,
            clientAlone,
            // §7.1.2.1: an offer with the parameter is accepted by including it.
            offer.serverMaxWindowBits() == ABSENT && serverBits == MAX_WINDOW_BITS
                ? ABSENT
                : serverBits,
            clientBits == MAX_WINDOW_BITS || clientBits == MIN_WINDOW_BITS ? ABSENT : clientBits);
    return new Agreement(
        new DeflateParameters(serverAlone, clientAlone, serverBits, clientBits), answer.header());
  }

  private static int least(int ours, int offered) {
    return offered == ABSENT ? ours : Math.min(ours, offered);
  }

  /**
   * The client's part: the value of {@code Sec-WebSocket-Extensions} in its request. A smaller
   * window of the server is a wish: a second offer goes without it.
   *
   * @param ours what the client wishes for
   */
  public static String offer(DeflateParameters ours) {
    String any = offer(ours, ABSENT);
    int bits = ours.serverMaxWindowBits();
    return bits == MAX_WINDOW_BITS ? any : offer(ours, bits) + ", " + any;
  }

  private static String offer(DeflateParameters ours, int serverBits) {
    int clientBits = ours.clientMaxWindowBits();
    String offer =
        new DeflateTerms(
                ours.serverNoContextTakeover(),
                ours.clientNoContextTakeover(),
                serverBits,
                clientBits == MAX_WINDOW_BITS ? ABSENT : clientBits)
            .header();
    // Without a value: the server may ask for any.
    return clientBits == MAX_WINDOW_BITS
        ? offer + "; " + DeflateTerms.CLIENT_MAX_WINDOW_BITS
        : offer;
  }

  /**
   * The client's part: what the server has made of {@link #offer}.
   *
   * @param headerValues the values of all lines of {@code Sec-WebSocket-Extensions} in the answer
   * @param ours what the client wished for in its offer
   * @return null if the server has declined
   * @throws IllegalArgumentException if that is no answer to the offer: the client must fail the
   *     connection (§5.1, §7.1); the message is fit for a log
   */
  public static @Nullable DeflateParameters agreed(
      Iterable<String> headerValues, DeflateParameters ours) {
    List<Extension> answer = Extension.accepted(headerValues);
    if (answer.isEmpty()) {
      return null;
    }
    require(
        answer.size() == 1 && answer.getFirst().name().equals(EXTENSION),
        "the server accepted an extension that was not offered");
    DeflateTerms terms = DeflateTerms.of(answer.getFirst(), true);
    if (terms == null) {
      throw new IllegalArgumentException("the server's parameters of permessage-deflate are bad");
    }
    require(
        terms.serverNoContextTakeover() || !ours.serverNoContextTakeover(),
        "the server did not accept server_no_context_takeover, which every offer had");
    require(
        terms.clientMaxWindowBits() <= ours.clientMaxWindowBits(),
        "the server's client_max_window_bits is more than was offered");
    return new DeflateParameters(
        terms.serverNoContextTakeover(),
        terms.clientNoContextTakeover() || ours.clientNoContextTakeover(),
        least(MAX_WINDOW_BITS, terms.serverMaxWindowBits()),
        least(ours.clientMaxWindowBits(), terms.clientMaxWindowBits()));
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new IllegalArgumentException(complaint);
    }
  }
}
