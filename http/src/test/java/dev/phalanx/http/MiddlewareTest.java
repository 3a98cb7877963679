package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.AttributeKey;
import dev.phalanx.aegis.OwnedScope;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What stands around a handler: in which order, how often, and with which scope. */
class MiddlewareTest {
  private static final AttributeKey<String> USER = AttributeKey.of("user");

  private final List<String> notes = new ArrayList<>();
  private final Application app = Application.starting().compile();
  private final OwnedScope scope = app.openScope("a request");

  @AfterEach
  void end() {
    scope.close();
    app.close();
  }

  private RequestScope request() {
    InetSocketAddress peer = InetSocketAddress.createUnresolved("peer", 1);
    Request request = new Request("GET", "/", Headers.empty(), new byte[0], peer, false);
    return RequestScope.of(scope, request, PathParams.none());
  }

  private Middleware noting(String name) {
    return (request, next) -> {
      notes.add("> " + name);
      Response response = next.handle(request);
      notes.add("< " + name);
      return response;
    };
  }

  private Response answers(RequestScope request) {
    notes.add("handler");
    return Response.text("hello " + request.attribute(USER));
  }

  @Test
  void the_first_is_outermost() throws Exception {
    Middleware.around(List.of(noting("a"), noting("b")), this::answers).handle(request());

    assertThat(notes).containsExactly("> a", "> b", "handler", "< b", "< a");
  }

  @Test
  void the_same_object_twice_counts_once_at_its_first_place() throws Exception {
    Middleware a = noting("a");
    Middleware.around(List.of(a, noting("b"), a), this::answers).handle(request());

    assertThat(notes).containsExactly("> a", "> b", "handler", "< b", "< a");
  }

  @Test
  void two_objects_that_do_the_same_count_twice() throws Exception {
    Middleware.around(List.of(noting("a"), noting("a")), this::answers).handle(request());

    assertThat(notes).containsExactly("> a", "> a", "handler", "< a", "< a");
  }

  @Test
  void one_that_answers_itself_lets_nobody_behind_it_hear() throws Exception {
    Middleware refusing = (request, next) -> Response.error(401, "who are you?");

    Response response =
        Middleware.around(List.of(noting("a"), refusing, noting("b")), this::answers)
            .handle(request());

    assertThat(response.status()).isEqualTo(401);
    assertThat(notes).containsExactly("> a", "< a");
  }

  @Test
  void an_attribute_is_seen_behind_the_one_that_sets_it_and_not_before() throws Exception {
    Middleware naming = (request, next) -> next.handle(request.withAttribute(USER, "alice"));
    Middleware before =
        (request, next) -> {
          Response response = next.handle(request);
          notes.add("before: " + request.attribute(USER));
          return response;
        };

    Response response = Middleware.around(List.of(before, naming), this::answers).handle(request());

    assertThat(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("hello alice");
    assertThat(notes).containsExactly("handler", "before: null");
  }

  @Test
  void what_a_handler_throws_passes_through_all_of_them() {
    HttpHandler failing =
        request -> {
          throw new HttpException(409, "taken");
        };

    assertThatThrownBy(() -> Middleware.around(List.of(noting("a")), failing).handle(request()))
        .isInstanceOf(HttpException.class);
    assertThat(notes).containsExactly("> a");
  }

  @Test
  void without_middleware_the_handler_is_alone() throws Exception {
    Middleware.around(List.of(), this::answers).handle(request());

    assertThat(notes).containsExactly("handler");
  }
}
