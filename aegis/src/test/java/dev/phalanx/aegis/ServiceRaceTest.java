package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads ask at once. */
class ServiceRaceTest {
  static final AtomicInteger made = new AtomicInteger();

  static final class Store {
    Store() {
      made.incrementAndGet();
    }
  }

  static final class Left {
    final Store store;

    Left(Store store) {
      made.incrementAndGet();
      this.store = store;
    }
  }

  static final class Right {
    final Store store;

    Right(Store store) {
      made.incrementAndGet();
      this.store = store;
    }
  }

  @Test
  void each_service_is_made_once_however_many_ask_and_in_whatever_order() {
    Seed.run(
        "ServiceRaceTest",
        random -> {
          for (int round = 0; round < 300; round++) {
            Application app =
                Application.starting()
                    .providers(services ->
                        services
                            .singleton(Store.class)
                            .singleton(Left.class)
                            .singleton(Right.class))
                    .compile();
            made.set(0);
            Set<Object> seen = askFromManyThreads(app, random.nextInt(6));

            assertThat(made).hasValue(3);
            assertThat(seen).hasSize(3);
          }
        });
  }

  /** All that the threads have seen, each object once. */
  private static Set<Object> askFromManyThreads(Application app, int order) throws Exception {
    int threads = 4;
    Set<Object> seen =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Started<Boolean>> asking = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int from = order + i;
      asking.add(
          Started.running(() -> {
            start.await();
            for (int j = 0; j < 3; j++) {
              ask(app, (from + j) % 3, seen);
            }
          }));
    }
    for (Started<Boolean> each : asking) {
      each.result();
    }
    return seen;
  }

  private static void ask(Application app, int which, Set<Object> seen) {
    switch (which) {
      case 0 -> seen.add(app.service(Store.class));
      case 1 -> {
        seen.add(app.service(Left.class));
        seen.add(app.service(Left.class).store);
      }
      default -> {
        seen.add(app.service(Right.class));
        seen.add(app.service(Right.class).store);
      }
    }
  }
}
