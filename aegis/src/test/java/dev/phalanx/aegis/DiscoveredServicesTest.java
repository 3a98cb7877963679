package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules bring their services along: bundles found by the service loader. */
class DiscoveredServicesTest {
  record Greeting(String text) {}

  record Farewell(String text) {}

  /** What a module on the class path would bring. */
  public static final class Brought implements ServiceBundle {
    /** For the service loader. */
    public Brought() {}

    @Override
    public void register(Services services) {
      services.instance(Greeting.class, new Greeting("hello from the module"));
      services.singleton(
          Farewell.class, others -> new Farewell("bye, " + others.resolve(Greeting.class)));
    }
  }

  @TempDir private Path folder;

  @Test
  void a_bundle_on_the_class_path_is_there_unasked() throws IOException {
    Application app = withBroughtBundle(Application.starting());

    assertThat(app.service(Greeting.class).text()).isEqualTo("hello from the module");
  }

  @Test
  void it_is_read_first_so_that_the_application_may_replace_what_it_registers() throws IOException {
    Greeting own = new Greeting("hello from the application");
    Application app =
        withBroughtBundle(
            Application.starting().providers(services -> services.instance(Greeting.class, own)));

    assertThat(app.service(Greeting.class)).isSameAs(own);
    assertThat(app.service(Farewell.class).text()).isEqualTo("bye, " + own);
  }

  private Application withBroughtBundle(Application.Builder builder) throws IOException {
    URL declaration =
        Files.writeString(folder.resolve("declaration"), Brought.class.getName()).toUri().toURL();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(new Declaring(before, declaration));
    try {
      return builder.compile();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** Sees one service declaration more than its parent. */
  private static final class Declaring extends ClassLoader {
    private final URL declaration;

    private Declaring(ClassLoader parent, URL declaration) {
      super(parent);
      this.declaration = declaration;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals("META-INF/services/" + ServiceBundle.class.getName())
          ? Collections.enumeration(List.of(declaration))
          : super.getResources(name);
    }
  }
}
