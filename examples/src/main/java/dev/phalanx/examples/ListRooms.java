package dev.phalanx.examples;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;

/** {@code GET /api/rooms}. */
final class ListRooms implements HttpHandler {
  private final Rooms rooms;

  ListRooms(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Response handle(RequestScope scope) {
    return Response.json(rooms.all());
  }
}
