package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When services are made, started, stopped and disposed of. */
class ServiceLifespanTest {
  interface Store {}

  static final class MemoryStore implements Store, AutoCloseable {
    @Override
    public void close() {}
  }

  /** Of one unit of work. */
  static final class UnitOfWork {
    private final Store store;

    UnitOfWork(Store store) {
      this.store = store;
    }
  }

  static final class Audit {
    private final UnitOfWork work;

    Audit(UnitOfWork work) {
      this.work = work;
    }
  }

  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @Test
  void a_scoped_service_is_one_for_each_unit_of_work_and_its_tasks() throws Exception {
    Application app =
        compile(s -> s.singleton(Store.class, MemoryStore.class).scoped(UnitOfWork.class));

    try (OwnedScope one = app.openScope("one");
        OwnedScope two = app.openScope("two")) {
      UnitOfWork ofOne = one.service(UnitOfWork.class);

      assertThat(one.concurrent(List.of(task -> task.service(UnitOfWork.class))))
          .containsExactly(ofOne);
      assertThat(two.service(UnitOfWork.class)).isNotSameAs(ofOne);
      assertThat(two.service(UnitOfWork.class).store).isSameAs(ofOne.store);
    }
  }

  @Test
  void a_scoped_service_may_need_another_one_and_gets_that_of_its_unit() {
    Application app =
        compile(s ->
            s.singleton(Store.class, MemoryStore.class)
                .scoped(UnitOfWork.class)
                .scoped(Audit.class));

    try (OwnedScope scope = app.openScope("request")) {
      assertThat(scope.service(Audit.class).work).isSameAs(scope.service(UnitOfWork.class));
    }
  }

  @Test
  void a_scoped_service_is_started_stopped_and_closed_with_its_unit() {
    Application app =
        compile(s ->
            s.scoped(
                    AutoCloseable.class,
                    others -> {
                      said.add("made");
                      return () -> said.add("closed");
                    })
                .onStartup(service -> said.add("started"))
                .onShutdown(service -> said.add("shut down"))
                .onDispose(service -> said.add("disposed of")));
    OwnedScope scope = app.openScope("request");
    assertThat(said).isEmpty();
    scope.service(AutoCloseable.class);
    scope.onDispose(() -> said.add("a hook registered later"));

    scope.close();

    assertThat(said)
        .containsExactly(
            "made", "started", "a hook registered later", "shut down", "disposed of", "closed");
  }

  @Test
  void a_unit_that_has_ended_gives_no_scoped_service_any_more() {
    Application app = compile(s -> s.scoped(MemoryStore.class));
    OwnedScope scope = app.openScope("request");
    scope.close();

    assertThatThrownBy(() -> scope.service(MemoryStore.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage(MemoryStore.class.getName() + " is asked for too late: its scope has ended");
  }

  @Test
  void the_application_has_no_scoped_service_to_give() {
    Application app = compile(s -> s.scoped(MemoryStore.class));

    assertThatThrownBy(() -> app.service(MemoryStore.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage(MemoryStore.class.getName() + " is scoped: ask a scope for it");
  }

  @Test
  void a_singleton_that_needs_a_scoped_service_is_an_error_that_prints_the_path() {
    assertThatThrownBy(() ->
            compile(s ->
                s.singleton(Audit.class)
                    .scoped(UnitOfWork.class)
                    .singleton(Store.class, MemoryStore.class)))
        .isInstanceOf(ServiceException.class)
        .hasMessage(
            "%s is scoped, and a singleton would keep it for ever; it is needed by %s"
                .formatted(UnitOfWork.class.getName(), Audit.class.getName()));
  }

  @Test
  void a_factory_of_a_singleton_that_asks_for_a_scoped_service_is_told_the_same() {
    Application app =
        compile(s ->
            s.singleton(Store.class, others -> others.resolve(MemoryStore.class))
                .scoped(MemoryStore.class));

    assertThatThrownBy(() -> app.service(Store.class))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("a singleton would keep it for ever; it is needed by ");
  }

  @Test
  void an_eager_service_is_made_at_the_start_and_once() {
    Application app =
        compile(s ->
            s.singleton(Store.class, others -> made("eager"))
                .eager()
                .singleton(MemoryStore.class, others -> made("lazy"))
                .eager()
                .lazy());
    assertThat(said).isEmpty();

    app.startup();
    app.startup();

    assertThat(said).containsExactly("eager");
  }

  @Test
  void an_eager_service_whose_start_fails_fails_the_start_and_is_disposed_of() {
    Application app =
        compile(s ->
            s.singleton(Store.class, others -> made("store"))
                .eager()
                .onStartup(service -> {
                  throw new IllegalStateException("no disk");
                })
                .onDispose(service -> said.add("disposed of")));

    assertThatThrownBy(app::startup)
        .isInstanceOf(ServiceException.class)
        .hasMessage("The start of " + Store.class.getName() + " failed")
        .hasRootCauseMessage("no disk");
    assertThat(said).containsExactly("store", "disposed of");
  }

  @Test
  void not_even_an_error_at_its_start_leaves_it_open() {
    Application app =
        compile(s ->
            s.singleton(Store.class, others -> made("store"))
                .onStartup(service -> {
                  throw new AssertionError("a class is missing");
                })
                .onDispose(service -> said.add("disposed of")));

    assertThatThrownBy(() -> app.service(Store.class))
        .isInstanceOf(ServiceException.class)
        .hasRootCauseMessage("a class is missing");
    assertThat(said).containsExactly("store", "disposed of");
  }

  @Test
  void a_scoped_service_can_not_be_eager() {
    assertThatThrownBy(() -> compile(s -> s.scoped(MemoryStore.class).eager()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            MemoryStore.class.getName()
                + " is scoped, and can't be eager: there is no scope at the start");
  }

  @Test
  void at_the_end_all_are_shut_down_before_the_first_is_disposed_of_the_last_made_first() {
    Application app =
        compile(s ->
            s.singleton(Store.class, others -> made("store"))
                .onShutdown(store -> said.add("shut down store"))
                .onDispose(store -> said.add("dispose store 1"))
                .onDispose(store -> said.add("dispose store 2"))
                .singleton(MemoryStore.class, others -> made("memory"))
                .onShutdown(store -> said.add("shut down memory"))
                .onDispose(store -> said.add("dispose memory")));
    app.service(Store.class);
    app.service(MemoryStore.class);

    app.close();
    app.close();

    assertThat(said)
        .containsExactly(
            "store",
            "memory",
            "shut down memory",
            "shut down store",
            "dispose memory",
            "dispose store 1",
            "dispose store 2");
  }

  @Test
  void a_service_that_is_first_needed_in_order_to_end_is_made_and_ended_too() {
    List<Application> self = new ArrayList<>();
    Application app =
        compile(s ->
            s.singleton(Store.class, others -> made("store"))
                .onShutdown(store -> self.getFirst().service(MemoryStore.class))
                .singleton(MemoryStore.class, others -> made("late"))
                .onShutdown(store -> said.add("shut down late"))
                .onDispose(store -> said.add("dispose late")));
    self.add(app);
    app.service(Store.class);

    app.close();

    assertThat(said).containsExactly("store", "late", "shut down late", "dispose late");
  }

  @Test
  void what_is_not_registered_comes_from_the_other_container_and_stays_its_own() {
    ServiceResolver other =
        new ServiceResolver() {
          @Override
          public <T> T resolve(Class<T> type) {
            return type.cast(made("by the other one"));
          }

          @Override
          public boolean knows(Class<?> type) {
            return type == Store.class;
          }
        };
    Application app =
        Application.starting()
            .servicesFrom(other)
            .providers(s -> s.scoped(UnitOfWork.class))
            .compile();

    try (OwnedScope scope = app.openScope("request")) {
      assertThat(scope.service(UnitOfWork.class).store).isInstanceOf(MemoryStore.class);
      assertThat(app.service(Store.class)).isNotNull();
      app.handlers().check(UnitOfWork.class);
      assertThat(app.handlers().construct(Audit.class, scope).work)
          .isSameAs(scope.service(UnitOfWork.class));
    }
    app.close();

    assertThatThrownBy(() -> app.service(Audit.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage("No service is registered for " + Audit.class.getName());
  }

  private MemoryStore made(String what) {
    said.add(what);
    return new MemoryStore();
  }

  private static Application compile(ServiceBundle bundle) {
    return Application.starting().providers(bundle).compile();
  }
}
