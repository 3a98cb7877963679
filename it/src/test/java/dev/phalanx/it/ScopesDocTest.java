package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.aegis.ExecutionScope;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/scopes.md shows is the example's source, which {@link TripHandlerTest} runs. */
class ScopesDocTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Path DOC = PROJECT.resolve("docs/scopes.md");
  private static final Path EXAMPLE =
      PROJECT.resolve("examples/src/main/java/dev/phalanx/examples/TripHandler.java");

  @Test
  void its_code_is_that_of_the_example() throws Exception {
    String source = Files.readString(EXAMPLE);
    List<Readme.Block> blocks = Readme.read(DOC).blocks();

    assertThat(blocks).isNotEmpty().allMatch(block -> source.contains(block.code().strip()));
  }

  /** The first table: a row each way to run something. */
  @Test
  void it_has_every_method_of_a_scope_that_runs_something() throws Exception {
    Set<String> told =
        Files.readAllLines(DOC).stream()
            .filter(line -> line.startsWith("| `"))
            .flatMap(line -> Pattern.compile("`(\\w+)\\(").matcher(line).results())
            .map(result -> result.group(1))
            .collect(Collectors.toSet());
    Set<String> elsewhere = Set.of("current", "callIn", "carry", "withAttribute");

    assertThat(Arrays.stream(ExecutionScope.class.getDeclaredMethods()).map(Method::getName))
        .filteredOn(name -> !name.contains("$") && !elsewhere.contains(name))
        .isSubsetOf(told);
  }
}
