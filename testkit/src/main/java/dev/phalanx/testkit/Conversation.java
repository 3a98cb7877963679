package dev.phalanx.testkit;

import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.transport.memory.MemoryPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * One side of a connection on a wire in memory, as a script: what it says, and what it must hear,
 * in that order. The other side is real: a handler, or with a {@link ScriptedServer} a client, with
 * the protocol, the queues and their bounds. Time is virtual, and stands still unless the script
 * lets it pass.
 *
 * <pre>{@code
 * try (Conversation talk = Conversation.with(new EchoHandler())) {
 *   talk.says("hello").hears("echo: hello").closes(1000).hearsClose(1000);
 * }
 * }</pre>
 *
 * <p>Each {@code hears…} takes the next thing that comes, and waits for it up to 5 s of real time.
 * What isn't as expected is an {@link AssertionError} that shows what both sides have said. Frames
 * that no endpoint may send are one too, whatever was expected. Pings are answered unless the
 * script {@linkplain #answersNoPings says otherwise}, and are in the way of no other expectation.
 *
 * <p>For one thread.
 */
public final class Conversation implements AutoCloseable {
  private final World world;
  private final Speech speech;
  private final Hearing hearing;
  private final MemoryPeer peer;
  private final Transcript transcript;
  private AutoCloseable owned = () -> {};

  Conversation(World world, Wiring wiring) {
    this.world = world;
    this.peer = wiring.peer();
    this.transcript = wiring.transcript();
    this.speech = new Speech(world, wiring);
    this.hearing = new Hearing(world, wiring, speech);
    world.conversations().add(this);
  }

  /** A conversation with a handler that needs no services, on a server of its own. */
  public static Conversation with(WsHandler handler) {
    return with(handler, WsConfig.defaults());
  }

  /** The same with other settings of the route. */
  public static Conversation with(WsHandler handler, WsConfig config) {
    TestServer server =
        TestServer.inMemory(runner ->
            runner.withWebsockets(WsRouteGroup.builder().route("/", handler, config).build()));
    try {
      Conversation talk = server.opens("/");
      talk.owned = server;
      return talk;
    } catch (RuntimeException | AssertionError e) {
      server.close();
      throw e;
    }
  }

  // ---- speaking ----

  /** Says a text, in one frame. */
  public Conversation says(String text) {
    return says(Frame.text(text));
  }

  /** Says a binary message, in one frame. */
  public Conversation says(byte[] binary) {
    return says(Frame.binary(binary));
  }

  /** Says a text in several frames, as many as there are parts. */
  public Conversation saysInFragments(String... parts) {
    for (int i = 0; i < parts.length; i++) {
      Frame frame = i == 0 ? Frame.text(parts[i]) : Frame.continuation(parts[i]);
      says(i == parts.length - 1 ? frame : frame.unfinished());
    }
    return this;
  }

  /** Says a text in one compressed frame (RFC 7692), whether that was agreed on or not. */
  public Conversation saysCompressed(String text) {
    return says(Deflated.text(text));
  }

  /** Sends frames, sound or not, masked as its side must. They arrive in one read. */
  public Conversation says(Frame... frames) {
    hearing.listen();
    speech.frames(List.of(frames));
    return this;
  }

  /** Sends bytes as they are. */
  public Conversation saysBytes(byte[] bytes) {
    hearing.listen();
    speech.bytes(bytes, Shown.bytes(bytes));
    return this;
  }

  /** Sends a Ping. */
  public Conversation pings(String payload) {
    return says(Frame.ping(payload));
  }

  /** Sends a Pong. */
  public Conversation pongs(String payload) {
    return says(Frame.pong(payload));
  }

  /** Sends a Close without code and reason. */
  public Conversation closes() {
    return says(Frame.close());
  }

  /** Sends a Close. */
  public Conversation closes(int code) {
    return closes(code, "");
  }

  /** Sends a Close. */
  public Conversation closes(int code, String reason) {
    return says(Frame.close(code, reason));
  }

  // ---- hearing ----

  /** Hears a text. */
  public Conversation hears(String text) {
    return hears(Frame.text(text));
  }

  /** Hears a binary message. */
  public Conversation hears(byte[] binary) {
    return hears(Frame.binary(binary));
  }

  /** Hears a message or a control frame: a message whole and inflated, as one frame. */
  public Conversation hears(Frame expected) {
    hearing.expect(expected.toString(), heard -> heard.equals(expected));
    return this;
  }

  /** Hears a text, whatever it says. */
  public String hearsText() {
    Frame text = hearing.expect("a text", heard -> heard.opcode() == Frame.TEXT);
    return new String(text.payload(), StandardCharsets.UTF_8);
  }

  /** Hears a binary message, whatever is in it. */
  public byte[] hearsBinary() {
    return hearing.expect("a binary message", heard -> heard.opcode() == Frame.BINARY).payload();
  }

  /** Hears a Ping, answered already unless {@link #answersNoPings} was said. */
  public Conversation hearsPing() {
    hearing.expectPing();
    return this;
  }

  /** Hears a Pong. */
  public Conversation hearsPong(String payload) {
    return hears(Frame.pong(payload));
  }

  /** Hears a Close with this code, whatever its reason. */
  public Conversation hearsClose(int code) {
    hearing.expect("Close " + code, heard -> isClose(heard, code));
    return this;
  }

  /** Hears a Close with this code and this reason. */
  public Conversation hearsClose(int code, String reason) {
    return hears(Frame.close(code, reason));
  }

  private static boolean isClose(Frame heard, int code) {
    return heard.isClose() && heard.closeCode() == code;
  }

  /** Hears that the wire has been closed, after all else. */
  public Conversation hearsEnd() {
    hearing.expectEnd();
    return this;
  }

  /** Hears nothing now: all has been done that can be without time passing. */
  public Conversation hearsNothing() {
    return hearsNothingFor(Duration.ZERO);
  }

  /** Hears nothing while so much time passes. Pings don't count. */
  public Conversation hearsNothingFor(Duration time) {
    hearing.listen();
    world.timePassesUnless(time, hearing::hasHeard);
    hearing.expectNothing("for " + time);
    return this;
  }

  /** Takes in what has come; true if it has answered something. */
  boolean listen() {
    return hearing.listen();
  }

  // ---- time and faults ----

  /**
   * Lets time pass, for all who go by the same clock: timer by timer, and whoever is woken by one
   * has done what it does before the next.
   */
  public Conversation timePasses(Duration time) {
    world.timePasses(time);
    return this;
  }

  /** From now on Pings are not answered, and must be {@linkplain #hearsPing heard}. */
  public Conversation answersNoPings() {
    hearing.answersNoPings();
    return this;
  }

  /**
   * From now on what it says arrives in pieces of 1 to 16 bytes. The sizes are random: the seed is
   * printed, and is given with {@code -Dhermes.seed=…} to have the same again.
   */
  public Conversation speaksInPieces() {
    peer.inPieces(Seeds.random("Conversation.speaksInPieces"));
    return this;
  }

  /** From now on what either side says arrives so much later. */
  public Conversation isFarAway(Duration delay) {
    peer.delay(delay);
    return this;
  }

  /** A slow reader: takes so many bytes more, then none. */
  public Conversation readsOnly(long bytes) {
    peer.readOnly(bytes);
    return this;
  }

  /** Takes whatever comes, again. */
  public Conversation readsAll() {
    peer.readAll();
    return this;
  }

  /** Half-open: from now on nothing gets through either way, and nobody is told. */
  public Conversation isCutOff() {
    speech.does("is cut off");
    peer.cut();
    return this;
  }

  /** Ends its side in good order, without a Close, and still listens. */
  public Conversation endsItsSide() {
    speech.does("ends its side");
    peer.endOutput();
    return this;
  }

  /** Closes the wire without a Close. */
  public Conversation leaves() {
    speech.does("leaves");
    peer.close();
    return this;
  }

  /** Breaks the connection. */
  public Conversation resets() {
    speech.does("resets the connection");
    peer.reset();
    return this;
  }

  /** Whether the other side has stopped reading, since it has enough to do. */
  public boolean isHeldUp() {
    world.settle();
    return peer.isPaused();
  }

  // ---- the end ----

  /** Whether either side has closed the wire. */
  public boolean isOver() {
    return peer.isClosed();
  }

  /** What both sides have said up to now. */
  public String transcript() {
    hearing.listen();
    return transcript.toString();
  }

  /**
   * Leaves, if the wire is open. Where the conversation has a server of its own, that is closed,
   * and what it has left behind is an {@link AssertionError}.
   */
  @Override
  public void close() {
    if (!peer.isClosed()) {
      leaves();
    }
    hearing.close();
    world.conversations().remove(this);
    try {
      owned.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
