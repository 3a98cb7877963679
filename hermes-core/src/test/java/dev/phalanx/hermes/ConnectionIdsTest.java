package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ConnectionIdsTest {
  @Test
  void anIdIs128BitsInHexadecimal() {
    assertThat(ConnectionIds.next()).matches("[0-9a-f]{32}");
  }

  @Test
  void idsOfManyThreadsDiffer() {
    Set<String> ids = ConcurrentHashMap.newKeySet();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        threads.submit(() -> {
          for (int j = 0; j < 200; j++) {
            ids.add(ConnectionIds.next());
          }
        });
      }
    }
    assertThat(ids).hasSize(20_000);
  }

  /** No pattern of the counter shows: each bit is set in about half of the ids. */
  @Test
  void eachBitIsSetInAboutHalfOfTheIds() {
    int[] set = new int[128];
    int all = 10_000;
    Set<String> firstHalves = new HashSet<>();
    for (int i = 0; i < all; i++) {
      String id = ConnectionIds.next();
      firstHalves.add(id.substring(0, 16));
      for (int bit = 0; bit < 128; bit++) {
        int digit = Character.digit(id.charAt(bit / 4), 16);
        set[bit] += digit >> (bit % 4) & 1;
      }
    }
    assertThat(firstHalves).hasSize(all);
    for (int count : set) {
      assertThat(count).isBetween(all * 45 / 100, all * 55 / 100);
    }
  }
}
