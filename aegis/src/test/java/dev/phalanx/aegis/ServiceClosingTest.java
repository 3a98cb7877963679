package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** The application closes what it made. */
class ServiceClosingTest {
  /** Notes when it is closed. */
  static class Noted implements AutoCloseable {
    private final List<String> closed;

    Noted(List<String> closed) {
      this.closed = closed;
    }

    @Override
    public void close() {
      closed.add(getClass().getSimpleName());
    }
  }

  static final class Pool extends Noted {
    Pool(List<String> closed) {
      super(closed);
    }
  }

  static final class Store extends Noted {
    Store(List<String> closed) {
      super(closed);
    }
  }

  static final class Rooms extends Noted {
    Rooms(List<String> closed) {
      super(closed);
    }
  }

  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());

  @Test
  void services_are_closed_in_the_reverse_order_of_their_making() {
    Application app = compile(this::threeInARow);
    app.service(Rooms.class); // which makes Store, which makes Pool

    app.close();

    assertThat(closed).containsExactly("Rooms", "Store", "Pool");
  }

  @Test
  void what_was_never_made_is_not_made_to_be_closed() {
    Application app = compile(this::threeInARow);
    app.service(Pool.class);

    app.close();

    assertThat(closed).containsExactly("Pool");
  }

  @Test
  void closing_twice_closes_once() {
    Application app = compile(this::threeInARow);
    app.service(Store.class);

    app.close();
    app.close();

    assertThat(closed).containsExactly("Store", "Pool");
  }

  @Test
  void an_instance_stays_its_owners_to_close() {
    Application app = compile(services -> services.instance(Pool.class, new Pool(closed)));
    app.service(Pool.class);

    app.close();

    assertThat(closed).isEmpty();
  }

  @Test
  void an_object_that_two_types_stand_for_is_closed_once() {
    Application app =
        compile(services ->
            services
                .singleton(Pool.class, others -> new Pool(closed))
                .singleton(Noted.class, others -> others.resolve(Pool.class)));
    app.service(Noted.class);

    app.close();

    assertThat(closed).containsExactly("Pool");
  }

  @Test
  void a_service_that_fails_to_close_is_logged_and_keeps_no_other_open() {
    Application app =
        compile(services -> {
          threeInARow(services);
          services.singleton(
              AutoCloseable.class,
              others -> {
                others.resolve(Rooms.class);
                return () -> {
                  throw new IllegalStateException("the disk is full");
                };
              });
        });
    app.service(AutoCloseable.class);

    try (CapturedLog log = CapturedLog.of(Application.class)) {
      app.close();

      assertThat(log.levels()).containsExactly(Level.SEVERE);
      assertThat(log.causes()).singleElement().asString().contains("the disk is full");
    }
    assertThat(closed).containsExactly("Rooms", "Store", "Pool");
  }

  @Test
  void not_even_an_error_keeps_the_others_open() {
    Application app =
        compile(services -> {
          services.singleton(Pool.class, others -> new Pool(closed));
          services.singleton(
              AutoCloseable.class,
              others -> {
                others.resolve(Pool.class);
                return () -> {
                  throw new AssertionError("a class is missing");
                };
              });
        });
    app.service(AutoCloseable.class);

    try (CapturedLog log = CapturedLog.of(Application.class)) {
      app.close();

      assertThat(log.causes()).singleElement().asString().contains("a class is missing");
    }
    assertThat(closed).containsExactly("Pool");
  }

  @Test
  void an_interrupt_that_a_closing_service_met_is_kept() {
    Application app =
        compile(services -> {
          services.singleton(Pool.class, others -> new Pool(closed));
          services.singleton(
              AutoCloseable.class,
              others -> {
                others.resolve(Pool.class);
                return () -> {
                  throw new InterruptedException("while flushing");
                };
              });
        });
    app.service(AutoCloseable.class);

    try (CapturedLog log = CapturedLog.of(Application.class)) {
      app.close();
      boolean interrupted = Thread.interrupted(); // and taken back, for JUnit's sake

      assertThat(interrupted).isTrue();
      assertThat(log.levels()).hasSize(1);
    }
    assertThat(closed).containsExactly("Pool");
  }

  @Test
  void a_service_may_wait_in_its_close_for_a_thread_that_asks_for_services() {
    List<Object> found = Collections.synchronizedList(new ArrayList<>());
    Application app =
        compile(services -> {
          services.singleton(StringBuilder.class, others -> new StringBuilder("late"));
          services.singleton(
              AutoCloseable.class,
              others ->
                  () -> {
                    Started<StringBuilder> last =
                        Started.on(() -> others.resolve(StringBuilder.class));
                    found.add(last.result());
                  });
        });
    app.service(AutoCloseable.class);

    app.close();

    assertThat(found).singleElement().hasToString("late");
  }

  private void threeInARow(Services services) {
    services
        .singleton(
            Rooms.class,
            others -> {
              others.resolve(Store.class);
              return new Rooms(closed);
            })
        .singleton(
            Store.class,
            others -> {
              others.resolve(Pool.class);
              return new Store(closed);
            })
        .singleton(Pool.class, others -> new Pool(closed));
  }

  private static Application compile(ServiceBundle bundle) {
    return Application.starting().providers(bundle).compile();
  }
}
