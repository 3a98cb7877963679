package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What can't be made is found before anything runs, and the message shows the way to it. */
class CompileErrorsTest {
  static final class Disk {}

  static final class Store {
    Store(Disk disk) {}
  }

  interface Rooms {}

  static final class StoredRooms implements Rooms {
    StoredRooms(Store store) {}
  }

  static final class Chat {
    Chat(Rooms rooms) {}
  }

  static final class Hen {
    Hen(Egg egg) {}
  }

  static final class Egg {
    Egg(Hen hen) {}
  }

  static final class Farm {
    Farm(Hen hen) {}
  }

  static final class Narcissus {
    Narcissus(Narcissus himself) {}
  }

  static final class Diamond {
    Diamond(Store store, Disk disk) {}
  }

  abstract static class Half {}

  @Test
  void a_missing_service_is_an_error_that_names_who_needs_it() {
    assertFails(
        services -> services.singleton(Store.class),
        "No service is registered for "
            + names(Disk.class)
            + "; it is needed by "
            + names(Store.class));
  }

  @Test
  void the_whole_path_to_a_missing_service_is_printed_from_the_first_registered() {
    assertFails(
        services ->
            services
                .singleton(Chat.class)
                .singleton(Rooms.class, StoredRooms.class)
                .singleton(Store.class),
        "No service is registered for "
            + names(Disk.class)
            + "; it is needed by "
            + names(Chat.class, Rooms.class, Store.class));
  }

  @Test
  void services_in_a_circle_are_an_error_that_prints_the_circle() {
    assertFails(
        services -> services.singleton(Hen.class).singleton(Egg.class),
        "Services need each other in a circle: " + names(Hen.class, Egg.class, Hen.class));
  }

  @Test
  void the_way_into_a_circle_is_not_part_of_it() {
    assertFails(
        services -> services.singleton(Farm.class).singleton(Egg.class).singleton(Hen.class),
        "Services need each other in a circle: " + names(Hen.class, Egg.class, Hen.class));
  }

  @Test
  void a_service_that_needs_itself_is_the_smallest_circle() {
    assertFails(
        services -> services.singleton(Narcissus.class),
        "Services need each other in a circle: " + names(Narcissus.class, Narcissus.class));
  }

  @Test
  void a_service_needed_on_two_ways_is_no_circle() {
    Application app =
        Application.starting()
            .providers(services ->
                services.singleton(Diamond.class).singleton(Store.class).singleton(Disk.class))
            .compile();

    assertThat(app.service(Diamond.class)).isNotNull();
  }

  @Test
  void a_class_that_can_not_be_constructed_is_an_error_too() {
    assertFails(
        services -> services.singleton(Half.class),
        names(Half.class) + " is abstract: name a class that implements it");
  }

  @Test
  void what_a_factory_needs_shows_when_it_is_called_with_the_path_that_led_to_it() {
    Application app =
        Application.starting()
            .providers(services ->
                services
                    .singleton(Chat.class)
                    .singleton(Rooms.class, others -> new StoredRooms(others.resolve(Store.class))))
            .compile();

    assertThatThrownBy(() -> app.service(Chat.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage(
            "No service is registered for "
                + names(Store.class)
                + "; it is needed by "
                + names(Chat.class, Rooms.class));
  }

  @Test
  void a_circle_through_a_factory_shows_when_it_is_called() {
    Application app =
        Application.starting()
            .providers(services ->
                services
                    .singleton(Farm.class)
                    .singleton(Hen.class)
                    .singleton(Egg.class, others -> new Egg(others.resolve(Hen.class))))
            .compile();

    assertThatThrownBy(() -> app.service(Farm.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage(
            "Services need each other in a circle: " + names(Hen.class, Egg.class, Hen.class));
  }

  private static void assertFails(ServiceBundle bundle, String message) {
    assertThatThrownBy(() -> Application.starting().providers(bundle).compile())
        .isInstanceOf(ServiceException.class)
        .hasMessage(message);
  }

  private static String names(Class<?>... types) {
    return Arrays.stream(types).map(Class::getName).collect(Collectors.joining(" → "));
  }
}
