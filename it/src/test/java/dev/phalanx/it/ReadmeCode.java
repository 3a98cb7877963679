package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The Java blocks of the README, compiled together. There are three kinds, told apart by their
 * look:
 *
 * <ul>
 *   <li>a program begins with its imports, and is compiled as it is;
 *   <li>types: nothing but type declarations stands at the left margin; the imports below are put
 *       before them, and all other blocks can use them;
 *   <li>statements, all others: the body of {@link ReadmeSnippet#run}, with the fields of that
 *       class.
 * </ul>
 *
 * <p>The code stands on the lines that it has in the README: so do the lines of errors and stacks.
 */
final class ReadmeCode {
  private static final String IMPORTS =
      "import static org.junit.jupiter.api.Assertions.*;"
          + "import org.junit.jupiter.api.*; import org.junit.jupiter.api.extension.*;"
          + "import dev.phalanx.aegis.*; import dev.phalanx.http.*; import dev.phalanx.hermes.*;"
          + "import dev.phalanx.hermes.client.*; import dev.phalanx.testkit.*;"
          + "import dev.phalanx.stoa.*; import dev.phalanx.transport.*; import java.nio.file.Path;"
          + "import java.net.*; import java.net.http.*; import java.time.*;"
          + "import java.util.*; import java.util.concurrent.*;";

  private static final Pattern TYPE =
      Pattern.compile(
          "(?:public |final |abstract |sealed )*(?:class|record|interface|enum) (\\w+).*");

  private final ClassLoader loader;

  private ReadmeCode(ClassLoader loader) {
    this.loader = loader;
  }

  static ReadmeCode compile(Readme readme, Path output) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (Readme.Block block : readme.blocks()) {
      if (block.language().equals("java")) {
        sources.add(source(block));
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var errors = new DiagnosticCollector<JavaFileObject>();
    List<String> options =
        List.of(
            "-proc:none", "-d", output.toString(), "-cp", System.getProperty("java.class.path"));
    StringWriter more = new StringWriter();
    compiler.getTask(more, null, errors, options, null, sources).call();
    assertThat(errors.getDiagnostics())
        .filteredOn(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .extracting(error ->
            readme.file().getFileName()
                + ":"
                + error.getLineNumber()
                + ": "
                + error.getMessage(Locale.ROOT))
        .as("what javac says about the README's code %s", more)
        .isEmpty();
    URL[] classPath = {output.toUri().toURL()};
    return new ReadmeCode(new URLClassLoader(classPath, ReadmeCode.class.getClassLoader()));
  }

  /** Whether a block only declares what others use. */
  static boolean isTypes(Readme.Block block) {
    return block
        .code()
        .lines()
        .filter(line -> !line.isEmpty() && !line.startsWith(" "))
        .allMatch(line -> line.equals("}") || TYPE.matcher(line).matches());
  }

  private static boolean isProgram(Readme.Block block) {
    return block.code().startsWith("import ");
  }

  private static Source source(Readme.Block block) {
    String code =
        block
            .code()
            .replace("\"0.0.0.0:8080\"", "dev.phalanx.it.ReadmeSnippet.address")
            .replace("\"ws://localhost:8080/ws/echo\"", "dev.phalanx.it.ReadmeSnippet.url");
    String above = "\n".repeat(block.line() - 1);
    if (isProgram(block)) {
      return new Source(typeIn(block), above + code);
    }
    if (isTypes(block)) {
      return new Source(typeIn(block), IMPORTS + above + code);
    }
    String name = nameOf(block);
    String begin =
        "final class "
            + name
            + " extends dev.phalanx.it.ReadmeSnippet {"
            + "@Override protected void run() throws Exception {";
    String end = "\nthis.app = app; this.http = http; this.ws = ws; }}";
    return new Source(name, IMPORTS + begin + above + code + end);
  }

  private static String nameOf(Readme.Block block) {
    return "Line" + block.line();
  }

  private static String typeIn(Readme.Block block) {
    return block
        .code()
        .lines()
        .map(TYPE::matcher)
        .filter(Matcher::matches)
        .map(type -> type.group(1))
        .findFirst()
        .orElseThrow();
  }

  /** Statements, ready to be run. */
  ReadmeSnippet snippet(Readme.Block block) throws ReflectiveOperationException {
    var constructor = loader.loadClass(nameOf(block)).getDeclaredConstructor();
    constructor.setAccessible(true);
    return (ReadmeSnippet) constructor.newInstance();
  }

  /** Runs a program's {@code main}. */
  void run(Readme.Block program) throws ReflectiveOperationException {
    Class<?> type = loader.loadClass(typeIn(program));
    type.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
  }

  /** A handler that the README declares. */
  Class<? extends WsHandler> handler(String name) throws ClassNotFoundException {
    return loader.loadClass(name).asSubclass(WsHandler.class);
  }

  /** A type that the document declares. */
  Class<?> type(String name) throws ClassNotFoundException {
    return loader.loadClass(name);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    private Source(String type, String text) {
      super(URI.create("readme:///" + type + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
