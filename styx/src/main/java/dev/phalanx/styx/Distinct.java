package dev.phalanx.styx;

import java.util.LinkedHashMap;
import java.util.function.Function;

/**
 * Drops what equals one of the keys met last; remembers so many, and forgets the one met longest
 * ago.
 */
final class Distinct<T> implements Downstream<T> {
  private final int memory;
  private final Function<? super T, ?> key;
  private final Downstream<? super T> down;
  private final LinkedHashMap<Object, Boolean> met = new LinkedHashMap<>(4, 0.75f, true);

  Distinct(int memory, Function<? super T, ?> key, Downstream<? super T> down) {
    this.memory = memory;
    this.key = key;
    this.down = down;
  }

  @Override
  public boolean push(T value) throws Exception {
    boolean first = met.put(key.apply(value), true) == null;
    if (met.size() > memory) {
      met.remove(met.sequencedKeySet().getFirst());
    }
    return !first || down.push(value);
  }
}
