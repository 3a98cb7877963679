package dev.phalanx.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a ticket is good. Immutable.
 *
 * @param path the one path, as it is sent: percent-encoded; null for any
 * @param address the one address of the peer; null for any
 */
public record TicketBinding(@Nullable String path, @Nullable InetAddress address) {
  private static final TicketBinding ANYWHERE = new TicketBinding(null, null);

  /** Good everywhere. */
  public static TicketBinding anywhere() {
    return ANYWHERE;
  }

  /** The same, for this path only. */
  public TicketBinding toPath(String only) {
    return new TicketBinding(only, address);
  }

  /**
   * The same, for the address only that a request came from. Not behind a proxy, where all have the
   * proxy's; and a phone that changes its network has to ask for another ticket.
   *
   * @throws IllegalArgumentException if the request came from no IP address
   */
  public TicketBinding toAddressOf(Request request) {
    InetAddress only = addressOf(request);
    if (only == null) {
      throw new IllegalArgumentException("the request came from no IP address");
    }
    return new TicketBinding(path, only);
  }

  boolean allows(Request request) {
    return (path == null || path.equals(request.path()))
        && (address == null || address.equals(addressOf(request)));
  }

  private static @Nullable InetAddress addressOf(Request request) {
    return request.remoteAddress() instanceof InetSocketAddress socket ? socket.getAddress() : null;
  }
}
