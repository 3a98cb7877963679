package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which constructor is called, and why none can be. */
class ConstructorInjectionTest {
  static final class Clock {}

  static final class Plain {
    final Clock clock;

    Plain(Clock clock) {
      this.clock = clock;
    }
  }

  static final class Secretive {
    private Secretive() {}
  }

  static final class OnePublic {
    final String calledBy;

    public OnePublic(Clock clock) {
      calledBy = "the public one";
    }

    OnePublic() {
      calledBy = "the other";
    }
  }

  static final class TwoHidden {
    TwoHidden() {}

    TwoHidden(Clock clock) {}
  }

  static final class TwoPublic {
    public TwoPublic() {}

    public TwoPublic(Clock clock) {}

    TwoPublic(Clock clock, Clock other) {}
  }

  abstract static class Half {}

  interface Contract {}

  @SuppressWarnings("ClassCanBeStatic") // that it isn't is the point
  final class Inner {}

  static final class Needy {
    Needy(Clock clock, Contract contract) {}
  }

  static final class Failing {
    Failing() throws Exception {
      throw new Exception("checked, even");
    }
  }

  private final Application application =
      Application.starting().providers(services -> services.singleton(Clock.class)).compile();
  private final HandlerResolver handlers = application.handlers();
  private final OwnedScope scope = application.openScope("request");

  @AfterEach
  void the_request_ends() {
    scope.close();
  }

  @Test
  void the_only_constructor_gets_services_and_each_call_makes_a_new_object() {
    handlers.check(Plain.class);
    Plain first = handlers.construct(Plain.class, scope);
    Plain second = handlers.construct(Plain.class, scope);

    assertThat(first).isNotSameAs(second);
    assertThat(first.clock).isNotNull().isSameAs(second.clock);
  }

  @Test
  void the_only_constructor_may_be_private() {
    handlers.check(Secretive.class);

    assertThat(handlers.construct(Secretive.class, scope)).isNotNull();
  }

  @Test
  void of_several_constructors_the_only_public_one_is_called() {
    handlers.check(OnePublic.class);

    assertThat(handlers.construct(OnePublic.class, scope).calledBy).isEqualTo("the public one");
  }

  @Test
  void several_constructors_none_of_them_public_leave_it_open_which_to_call() {
    refused(
        TwoHidden.class,
        "%s has 2 constructors, 0 of them public: which one to call must be clear, so have one, or one that is public");
  }

  @Test
  void several_public_constructors_leave_it_open_which_to_call() {
    refused(
        TwoPublic.class,
        "%s has 3 constructors, 2 of them public: which one to call must be clear, so have one, or one that is public");
  }

  @Test
  void an_abstract_class_can_not_be_constructed() {
    refused(Half.class, "%s is abstract: name a class that implements it");
  }

  @Test
  void nor_can_an_interface() {
    refused(Contract.class, "%s is abstract: name a class that implements it");
  }

  @Test
  void an_inner_class_must_be_static() {
    refused(Inner.class, "%s is an inner class: make it static");
  }

  @Test
  void a_parameter_that_no_service_fits_is_named() {
    String message =
        "The constructor of %s needs a %s, and no such service is registered"
            .formatted(Needy.class.getName(), Contract.class.getName());

    assertThatThrownBy(() -> handlers.check(Needy.class))
        .isInstanceOf(ServiceException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> handlers.construct(Needy.class, scope))
        .isInstanceOf(ServiceException.class)
        .hasMessage("No service is registered for " + Contract.class.getName());
  }

  @Test
  void what_the_constructor_threw_is_the_cause() {
    handlers.check(Failing.class);

    assertThatThrownBy(() -> handlers.construct(Failing.class, scope))
        .isInstanceOf(ServiceException.class)
        .hasMessage("The constructor of " + Failing.class.getName() + " failed")
        .cause()
        .hasMessage("checked, even");
  }

  @Test
  void a_class_in_a_module_that_keeps_its_package_to_itself_must_open_it() {
    Class<?> hidden = List.of().getClass(); // java.base opens java.util to nobody

    assertThatThrownBy(() -> handlers.check(hidden))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith(
            hidden.getName() + " is in module java.base, which must open its package")
        .hasMessageContaining("add \"opens java.util to ")
        .hasMessageEndingWith("to its module-info.java");
  }

  private void refused(Class<?> type, String message) {
    String expected = message.formatted(type.getName());
    assertThatThrownBy(() -> handlers.check(type))
        .isInstanceOf(ServiceException.class)
        .hasMessage(expected);
    assertThatThrownBy(() -> handlers.construct(type, scope))
        .isInstanceOf(ServiceException.class)
        .hasMessage(expected);
  }
}
