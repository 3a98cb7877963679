package dev.phalanx.http;

/**
 * A request that ends in an error status, thrown where that is easier than returning a {@link
 * Response}. Its message goes to the peer: it must say what is wrong with the request, and nothing
 * about the inside of the server. It has no stack trace, since it is no fault of ours.
 */
public final class HttpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * A refusal.
   *
   * @param status 400 to 599
   * @param message what the peer reads
   */
  public HttpException(int status, String message) {
    super(message, null, false, false);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be from 400 to 599, not " + status);
    }
    this.status = status;
  }

  /** The status. */
  public int status() {
    return status;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** The response that says so. */
  public Response response() {
    return Response.error(status, getMessage());
  }
}
