package dev.phalanx.attack;

import dev.phalanx.hermes.Subscription;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A handler that does, in any order, all that handlers do. */
final class Everything implements WsHandler {
  private static final Logger LOG = Logger.getLogger("attacked");
  private static final int TOPICS = 20;

  private final WsGateway gateway;
  private final Ledger ledger;
  private final Notes notes;

  Everything(WsGateway gateway, Ledger ledger, Notes notes) {
    this.gateway = gateway;
    this.ledger = ledger;
    this.notes = notes;
  }

  @Override
  public void handle(WsScope scope) throws Exception {
    WsConnection connection = scope.connection();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    try (Ledger.Stay stay = ledger.enters(connection)) {
      for (int i = random.nextInt(4); i > 0; i--) {
        step(scope, random.nextInt(13));
      }
      for (WsMessage said : connection.inbound()) {
        step(scope, random.nextInt(14));
        connection.send(said);
      }
      step(scope, random.nextInt(13)); // without a peer, too
    }
  }

  private void step(WsScope scope, int which) throws Exception {
    WsConnection connection = scope.connection();
    String topic = "everything." + ThreadLocalRandom.current().nextInt(TOPICS);
    switch (which) {
      case 0 -> gateway.subscribe(connection, topic);
      case 1 -> gateway.subscribe(connection, Subscription.matching("everything.*").dropOldest());
      case 2 -> gateway.unsubscribe(connection, topic);
      case 3 -> gateway.publish(topic, WsMessage.text(topic));
      case 4 -> gateway.publishRetained(topic, WsMessage.text(topic));
      case 5 -> gateway.clearRetained(topic);
      case 6 -> connection.sendText(UUID.randomUUID().toString());
      case 7 -> LOG.log(Level.INFO, "a handler logs for {0}", connection.id());
      case 8 -> new Loader().loadClass(Loaded.class.getName()).getConstructor().newInstance();
      case 9 -> ledger.waitsForALock();
      case 10 -> ledger.waitsForAMonitor();
      case 11 -> notes.takes(scope.service(Notes.class));
      case 12 -> gateway.unregister(connection);
      default -> connection.close(WsCloseCode.NORMAL, "enough");
    }
  }

  /** A service that is made for each connection. */
  static final class Notes implements AutoCloseable {
    private int taken;

    Notes(Ledger ledger) {}

    synchronized void takes(Notes others) {
      taken += others.taken + 1;
    }

    @Override
    public synchronized void close() {
      taken = 0;
    }
  }

  /** A class that is loaded and initialized again and again. */
  public static final class Loaded {
    private static final long AT = System.nanoTime();
    private final long made = AT;

    /** Makes one. */
    public Loaded() {}

    @Override
    public String toString() {
      return "made at " + made;
    }
  }

  private static final class Loader extends ClassLoader {
    Loader() {
      super(Everything.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals(Loaded.class.getName())) {
        return super.loadClass(name, resolve);
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
