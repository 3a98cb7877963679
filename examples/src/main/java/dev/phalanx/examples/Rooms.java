package dev.phalanx.examples;

import dev.phalanx.hermes.WsGateway;
import dev.phalanx.http.HttpException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rooms there are. A service, for any thread. */
final class Rooms {
  private static final int MOST = 1_000;

  private final WsGateway gateway;
  private final Set<String> names = new TreeSet<>(List.of("lobby")); // guarded by this

  Rooms(WsGateway gateway) {
    this.gateway = gateway;
  }

  /** What a room's messages are published to. */
  String topicOf(String room) {
    return "chat." + room;
  }

  synchronized List<Room> all() {
    return names.stream().map(this::room).toList();
  }

  synchronized @Nullable Room find(String name) {
    return names.contains(name) ? room(name) : null;
  }

  /** Creates a room, or says why not. */
  synchronized Room create(@Nullable String name) {
    if (name == null || !name.matches("[a-z0-9-]{1,40}")) {
      throw new HttpException(
          400, "\"name\" must be 1 to 40 of a to z, 0 to 9 and -, as in {\"name\": \"tea-house\"}");
    }
    if (names.size() >= MOST) {
      throw new HttpException(409, "there are " + MOST + " rooms already");
    }
    if (!names.add(name)) {
      throw new HttpException(409, "there is a room \"" + name + "\" already");
    }
    return room(name);
  }

  private Room room(String name) {
    return new Room(name, gateway.count(topicOf(name)));
  }

  /**
   * A room.
   *
   * @param people how many are in it now
   */
  record Room(String name, int people) {}
}
