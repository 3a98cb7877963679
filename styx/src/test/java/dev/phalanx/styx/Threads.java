package dev.phalanx.styx;

/** The two kinds of threads that may stand at the ends of a channel. */
enum Threads {
  PLATFORM(Thread.ofPlatform().daemon()),
  VIRTUAL(Thread.ofVirtual());

  private final Thread.Builder builder;

  Threads(Thread.Builder builder) {
    this.builder = builder;
  }

  Thread start(Runnable work) {
    return builder.start(work);
  }
}
