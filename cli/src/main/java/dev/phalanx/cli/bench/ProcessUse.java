package dev.phalanx.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, from Linux's {@code /proc}.
 *
 * @param userMicros CPU time in its own code, in microseconds; the kernel counts in steps of 10 ms
 * @param systemMicros CPU time in the kernel, in microseconds
 * @param rssBytes memory that is resident now
 */
record ProcessUse(long userMicros, long systemMicros, long rssBytes) {
  private static final long MICROS_PER_TICK = 10_000; // USER_HZ is 100 on every Linux

  /** Of {@code utime} after the name, which ends in the last parenthesis: proc(5). */
  private static final int USER = 11;

  /**
   * Reads it.
   *
   * @throws IOException that says what to do, if there is no such process, or no {@code /proc}
   */
  static ProcessUse of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      String stat = Files.readString(process.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return new ProcessUse(
          Long.parseLong(fields[USER]) * MICROS_PER_TICK,
          Long.parseLong(fields[USER + 1]) * MICROS_PER_TICK,
          residentBytes(process));
    } catch (IOException e) {
      throw new IOException(
          "--pid " + pid + ": no such process, or no Linux: " + process + " can't be read", e);
    }
  }

  private static long residentBytes(Path process) throws IOException {
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }
}
