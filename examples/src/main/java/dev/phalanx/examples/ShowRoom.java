package dev.phalanx.examples;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;

/** {@code GET /api/rooms/{room}}. */
final class ShowRoom implements HttpHandler {
  private final Rooms rooms;

  ShowRoom(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Response handle(RequestScope scope) {
    Rooms.Room room = rooms.find(scope.params().get("room"));
    return room == null ? Response.error(404, "no such room") : Response.json(room);
  }
}
