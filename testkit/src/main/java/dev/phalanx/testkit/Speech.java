package dev.phalanx.testkit;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Collectors;

/** What a script says. */
final class Speech {
  private final World world;
  private final Wiring wiring;

  Speech(World world, Wiring wiring) {
    this.world = world;
    this.wiring = wiring;
  }

  void frames(List<Frame> frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      all.writeBytes(wiring.client() ? frame.masked() : frame.unmasked());
    }
    String shown = frames.stream().map(Frame::toString).collect(Collectors.joining(", "));
    bytes(all.toByteArray(), shown);
  }

  void bytes(byte[] bytes, String shown) {
    does(shown);
    wiring.peer().send(bytes);
  }

  /** Something to note. */
  void does(String what) {
    long now = world.clock().nanoTime();
    if (wiring.client()) {
      wiring.transcript().client(now, what);
    } else {
      wiring.transcript().server(now, what);
    }
  }
}
