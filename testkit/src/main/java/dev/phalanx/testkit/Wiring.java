package dev.phalanx.testkit;

import dev.phalanx.transport.memory.MemoryPeer;
import java.util.function.Supplier;

/**
 * What a conversation is held on.
 *
 * @param client whether the script is the client's
 * @param peer the script's end of the wire
 * @param compression whether permessage-deflate was agreed on
 * @param other where the real side stands, for people
 */
record Wiring(
    boolean client,
    MemoryPeer peer,
    boolean compression,
    Transcript transcript,
    Supplier<String> other) {}
