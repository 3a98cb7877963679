package dev.phalanx.it;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Holds the house in order: who may import whom. The table is ARCHITECTURE.md's; a new module gets
 * a line in both.
 */
class HouseRulesTest {

  /** A module: its name, the modules it may import, and the foreign packages it may see. */
  private record Room(String name, Set<String> modules, Set<String> foreign) {
    String rootPackage() {
      return "dev.phalanx." + name.replace('-', '.');
    }

    boolean owns(String packageName) {
      return isWithin(packageName, rootPackage());
    }
  }

  private static final Set<String> NOTHING = Set.of();
  private static final Set<String> SLF4J = Set.of("org.slf4j");

  private static final List<Room> PUBLISHED =
      List.of(
          new Room("rfc6455", NOTHING, NOTHING),
          new Room("aegis", NOTHING, SLF4J),
          new Room("styx", Set.of("aegis"), SLF4J),
          new Room(
              "http",
              Set.of("aegis"),
              Set.of("org.slf4j", "tools.jackson", "com.fasterxml.jackson.annotation")),
          new Room("transport", Set.of("http", "aegis"), Set.of("org.slf4j", "io.netty")),
          new Room("transport-memory", Set.of("http", "aegis"), SLF4J),
          new Room("hermes", Set.of("rfc6455", "styx", "aegis", "http"), SLF4J),
          new Room("stoa", Set.of("http", "aegis", "transport"), SLF4J),
          new Room("hermes-client", Set.of("hermes", "styx", "aegis", "http", "transport"), SLF4J),
          new Room(
              "testkit",
              Set.of(
                  "rfc6455",
                  "aegis",
                  "http",
                  "transport",
                  "transport-memory",
                  "hermes",
                  "stoa",
                  "hermes-client"),
              Set.of("org.junit.jupiter.api")));

  /** What programs are made of: not what their tests are. */
  private static final Set<String> LIBRARIES =
      names(PUBLISHED.stream().filter(room -> !room.name().equals("testkit")).toList());

  private static final List<Room> PROGRAMS =
      List.of(
          new Room("examples", LIBRARIES, SLF4J),
          new Room(
              "cli",
              union(LIBRARIES, Set.of("examples")),
              Set.of("org.slf4j", "picocli", "org.jline", "org.HdrHistogram", "tools.jackson")));

  /** Modules whose classes no rule is about: nobody may depend on them. */
  private static final Set<String> TESTS_ONLY =
      Set.of("seeds", "it", "bench", "stress", "fuzz", "conformance", "tests-attack");

  private static final List<Room> HOUSE =
      Stream.concat(PUBLISHED.stream(), PROGRAMS.stream()).toList();

  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Manager|Helper|Utils?|Impl)");

  /** A module's own artifact: the first after its parent's. */
  private static final Pattern ARTIFACT =
      Pattern.compile("</parent>.*?<artifactId>phalanx-([^<]+)</artifactId>", Pattern.DOTALL);

  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.phalanx");

  /** Folders by the module they hold: the artifact's name says which, the folder's need not. */
  private static final Map<String, Path> FOLDERS = folders();

  @Test
  void every_module_has_its_place_in_the_house() {
    assertThat(FOLDERS).isNotEmpty();
    assertThat(FOLDERS.keySet())
        .allSatisfy(module -> assertThat(module).isIn(union(names(HOUSE), TESTS_ONLY)));
  }

  /** Else the rules below could hold because they see nothing. */
  @Test
  void the_rules_see_the_class_of_every_source_file() throws IOException {
    for (Room room : HOUSE) {
      List<String> sources = typesInSourcesOf(room);
      List<String> seen = classesOf(room).map(JavaClass::getName).toList();

      assertThat(sources).as("types in the sources of %s", room.name()).isNotEmpty();
      assertThat(seen).as("classes seen of %s", room.name()).containsAll(sources);
      assertThat(sources)
          .as("packages of %s", room.name())
          .allMatch(type -> isWithin(type, room.rootPackage()));
    }
  }

  @Test
  void a_module_imports_only_what_the_house_allows_it() {
    for (Room room : HOUSE) {
      assertThat(importsOf(room, target -> !allowed(room, target)))
          .as("%s may import %s and %s; nothing else", room.name(), room.modules(), room.foreign())
          .isEmpty();
    }
  }

  @Test
  void the_protocol_core_needs_java_base_only() {
    Room core = PUBLISHED.getFirst();

    assertThat(core.name()).isEqualTo("rfc6455");
    assertThat(importsOf(core, target -> isJdk(target) && !isInJavaBase(target))).isEmpty();
  }

  @Test
  void netty_is_seen_by_transport_alone() {
    Predicate<JavaClass> netty = target -> isWithin(target.getPackageName(), "io.netty");

    assertThat(HOUSE.stream().filter(room -> !importsOf(room, netty).isEmpty()))
        .extracting(Room::name)
        .containsExactly("transport");
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("dev.phalanx.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void no_class_has_a_name_that_says_nothing() {
    assertThat(PUBLISHED.stream().flatMap(HouseRulesTest::classesOf))
        .extracting(JavaClass::getSimpleName)
        .noneMatch(name -> EMPTY_NAME.matcher(name).matches());
  }

  @Test
  void every_package_says_what_it_is_for_and_is_null_marked() {
    assertThat(HOUSE.stream().flatMap(HouseRulesTest::classesOf).map(JavaClass::getPackage))
        .filteredOn(javaPackage -> !isNullMarked(javaPackage))
        .extracting(JavaPackage::getName)
        .as("packages without a package-info.java that has @NullMarked")
        .isEmpty();
  }

  private static boolean allowed(Room room, JavaClass target) {
    String name = target.getPackageName();
    if (isWithin(name, "dev.phalanx")) {
      return roomOf(name)
          .filter(owner -> owner.equals(room) || room.modules().contains(owner.name()))
          .isPresent();
    }
    return isJdk(target)
        || isWithin(name, "org.jspecify")
        || room.foreign().stream().anyMatch(foreign -> isWithin(name, foreign));
  }

  private static Set<String> importsOf(Room room, Predicate<JavaClass> of) {
    return classesOf(room)
        .flatMap(javaClass -> javaClass.getDirectDependenciesFromSelf().stream())
        .filter(dependency -> of.test(dependency.getTargetClass().getBaseComponentType()))
        .map(dependency -> dependency.getDescription())
        .collect(toCollection(TreeSet::new));
  }

  private static Stream<JavaClass> classesOf(Room room) {
    return CLASSES.stream()
        .filter(javaClass -> roomOf(javaClass.getPackageName()).filter(room::equals).isPresent());
  }

  /** The innermost: {@code dev.phalanx.transport.memory} is not {@code transport}'s. */
  private static Optional<Room> roomOf(String packageName) {
    return HOUSE.stream()
        .filter(room -> room.owns(packageName))
        .max(Comparator.comparing(room -> room.rootPackage().length()));
  }

  private static List<String> typesInSourcesOf(Room room) throws IOException {
    Path root = folderOf(room).resolve("src/main/java");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".java") && !file.endsWith("-info.java"))
          .map(file -> file.substring(0, file.length() - ".java".length()))
          .map(file -> file.replace('/', '.').replace('\\', '.'))
          .toList();
    }
  }

  private static Path folderOf(Room room) {
    assertThat(FOLDERS).containsKey(room.name());
    return FOLDERS.get(room.name());
  }

  private static boolean isNullMarked(JavaPackage javaPackage) {
    return javaPackage.isAnnotatedWith(NullMarked.class);
  }

  private static boolean isJdk(JavaClass target) {
    return target.isPrimitive()
        || isWithin(target.getPackageName(), "java")
        || isWithin(target.getPackageName(), "javax")
        || isWithin(target.getPackageName(), "jdk"); // jdk.jfr
  }

  private static boolean isInJavaBase(JavaClass target) {
    return target.isPrimitive() || "java.base".equals(target.reflect().getModule().getName());
  }

  private static boolean isWithin(String name, String packageName) {
    return name.equals(packageName) || name.startsWith(packageName + ".");
  }

  private static Set<String> names(List<Room> rooms) {
    return rooms.stream().map(Room::name).collect(toCollection(TreeSet::new));
  }

  private static Set<String> union(Set<String> some, Set<String> more) {
    return Stream.concat(some.stream(), more.stream()).collect(toCollection(TreeSet::new));
  }

  private static Map<String, Path> folders() {
    Map<String, Path> folders = new TreeMap<>();
    try (Stream<Path> top = Files.list(PROJECT);
        Stream<Path> tests = Files.list(PROJECT.resolve("tests"))) {
      Stream<Path> all = Stream.concat(top, tests);
      for (Path folder : all.filter(f -> Files.exists(f.resolve("pom.xml"))).toList()) {
        Matcher artifact = ARTIFACT.matcher(Files.readString(folder.resolve("pom.xml")));
        assertThat(artifact.find()).as("%s/pom.xml is a module's", folder).isTrue();
        folders.put(artifact.group(1), folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folders;
  }
}
