package dev.phalanx.styx;

/** Lets so many values through, and wants no more with the last of them. */
final class Take<T> implements Downstream<T> {
  private final Downstream<? super T> down;
  private long left;

  Take(long count, Downstream<? super T> down) {
    this.left = count;
    this.down = down;
  }

  @Override
  public boolean push(T value) throws Exception {
    left--;
    return down.push(value) && left > 0;
  }
}
