package dev.phalanx.it;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The published modules, and others, where another JVM finds them as modules. */
final class ModulePath {
  private ModulePath() {}

  /**
   * Those of the class path. Skips the test if the house's own aren't modules yet.
   *
   * @param jars a pattern for the names of jars, without their ending
   */
  static String of(String jars) {
    List<Path> entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(entry -> isModule(entry, jars))
            .toList();
    boolean described =
        entries.stream()
            .filter(Files::isDirectory)
            .allMatch(classes -> Files.exists(classes.resolve("module-info.class")));
    if (!described) {
      Ci.lacks("Module descriptors are compiled by `mvn verify`, and not by `mvn test`.");
    }
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isModule(Path entry, String jars) {
    if (!Files.isDirectory(entry)) {
      return entry.getFileName().toString().matches("(" + jars + ")\\.jar");
    }
    Path module = entry.getParent().getParent(); // …/transport/target/classes
    return entry.endsWith("target/classes")
        && Files.exists(module.resolve("src/main/java/module-info.java"));
  }
}
