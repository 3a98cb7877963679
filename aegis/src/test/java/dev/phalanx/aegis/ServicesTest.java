package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is registered is what one gets. */
class ServicesTest {
  interface Store {}

  static final class MemoryStore implements Store {}

  static final class Repository {
    final Store store;

    Repository(Store store) {
      this.store = store;
    }
  }

  static final class Broken {
    Broken() {
      throw new IllegalStateException("no disk");
    }
  }

  @Test
  void a_singleton_is_the_same_object_at_each_call() {
    Application app = compile(services -> services.singleton(MemoryStore.class));

    assertThat(app.service(MemoryStore.class)).isSameAs(app.service(MemoryStore.class));
  }

  @Test
  void two_applications_have_singletons_of_their_own() {
    ServiceBundle bundle = services -> services.singleton(MemoryStore.class);

    assertThat(compile(bundle).service(MemoryStore.class))
        .isNotSameAs(compile(bundle).service(MemoryStore.class));
  }

  @Test
  void a_class_bound_to_an_interface_is_found_by_the_interface_and_injected_as_it() {
    Application app =
        compile(services ->
            services
                .singleton(Repository.class)
                .singleton(Store.class, MemoryStore.class)); // after the one that needs it

    assertThat(app.service(Store.class)).isInstanceOf(MemoryStore.class);
    assertThat(app.service(Repository.class).store).isSameAs(app.service(Store.class));
    assertThatThrownBy(() -> app.service(MemoryStore.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage("No service is registered for " + MemoryStore.class.getName());
  }

  @Test
  void a_factory_gets_other_services_and_is_called_once() {
    List<String> calls = new ArrayList<>();
    Application app =
        compile(services ->
            services
                .singleton(Store.class, MemoryStore.class)
                .singleton(
                    Repository.class,
                    others -> {
                      calls.add("made");
                      return new Repository(others.resolve(Store.class));
                    }));

    Repository repository = app.service(Repository.class);

    assertThat(repository.store).isSameAs(app.service(Store.class));
    assertThat(app.service(Repository.class)).isSameAs(repository);
    assertThat(calls).containsExactly("made");
  }

  @Test
  void nothing_is_made_before_it_is_asked_for() {
    List<String> calls = new ArrayList<>();
    Application app =
        compile(services ->
            services.singleton(
                Store.class,
                others -> {
                  calls.add("made");
                  return new MemoryStore();
                }));

    assertThat(calls).isEmpty();
    app.service(Store.class);
    assertThat(calls).containsExactly("made");
  }

  @Test
  void an_instance_is_the_very_object_that_was_given() {
    Store given = new MemoryStore();

    assertThat(compile(services -> services.instance(Store.class, given)).service(Store.class))
        .isSameAs(given);
  }

  @Test
  void a_later_registration_replaces_an_earlier_one() {
    Store first = new MemoryStore();
    Store second = new MemoryStore();
    Application app =
        Application.starting()
            .providers(services -> services.instance(Store.class, first))
            .providers(services -> services.instance(Store.class, second))
            .compile();

    assertThat(app.service(Store.class)).isSameAs(second);
  }

  @Test
  void a_registration_that_was_replaced_needs_nothing_any_more() {
    Application app =
        compile(services -> {
          services.singleton(Repository.class); // needs a Store, which there isn't
          services.instance(Repository.class, new Repository(new MemoryStore()));
        });

    assertThat(app.service(Repository.class)).isNotNull();
  }

  @Test
  void a_factory_that_gives_nothing_is_an_error_that_names_the_service() {
    Application app = compile(services -> services.singleton(Store.class, others -> null));

    assertThatThrownBy(() -> app.service(Store.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage("The factory of " + Store.class.getName() + " made null");
  }

  @Test
  void a_constructor_that_fails_is_named_with_what_it_threw() {
    Application app = compile(services -> services.singleton(Broken.class));

    assertThatThrownBy(() -> app.service(Broken.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage("The constructor of " + Broken.class.getName() + " failed")
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no disk");
  }

  @Test
  void what_failed_once_is_tried_again_at_the_next_call() {
    List<String> calls = new ArrayList<>();
    Application app =
        compile(services ->
            services.singleton(
                Store.class,
                others -> {
                  calls.add("called");
                  if (calls.size() == 1) {
                    throw new IllegalStateException("not yet");
                  }
                  return new MemoryStore();
                }));

    assertThatThrownBy(() -> app.service(Store.class)).hasMessage("not yet");
    assertThat(app.service(Store.class)).isNotNull();
  }

  @Test
  void a_scope_finds_the_services_of_its_application() {
    Application app = compile(services -> services.singleton(Store.class, MemoryStore.class));

    try (OwnedScope scope = app.openScope("a unit of work")) {
      assertThat(scope.service(Store.class)).isSameAs(app.service(Store.class));
      assertThat(scope.name()).isEqualTo("a unit of work");
    }
  }

  private static Application compile(ServiceBundle bundle) {
    return Application.starting().providers(bundle).compile();
  }
}
