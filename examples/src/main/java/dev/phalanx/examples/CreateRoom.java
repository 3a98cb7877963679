package dev.phalanx.examples;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/rooms}. */
final class CreateRoom implements HttpHandler {
  private final Rooms rooms;

  CreateRoom(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Response handle(RequestScope scope) {
    Rooms.Room room = rooms.create(scope.request().json(NewRoom.class).name());
    return Response.status(201).withHeader("Location", "/api/rooms/" + room.name()).withJson(room);
  }

  private record NewRoom(@Nullable String name) {}
}
