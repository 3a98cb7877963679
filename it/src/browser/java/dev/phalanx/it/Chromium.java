package dev.phalanx.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The machine's own Chromium, without a window, driven by Playwright, whose download of a browser
 * is switched off. For the thread that launched it.
 */
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  /** As root in a closed network: no sandbox, and no talk with its maker's servers. */
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  static Chromium launch() {
    Path executable = executable();
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      BrowserType.LaunchOptions options =
          new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(FLAGS);
      return new Chromium(playwright, playwright.chromium().launch(options));
    } catch (Throwable e) {
      playwright.close();
      throw e;
    }
  }

  private static Path executable() {
    return Stream.concat(named(), installed())
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "The browser tests need Chromium, and there is no "
                    + String.join(", ", NAMES)
                    + " on this machine. Install it (Debian, Ubuntu: apt-get install chromium), "
                    + "or say where it is: HERMES_CHROMIUM=/path/to/chromium"));
  }

  /** The one that was asked for: it, or none. */
  private static Stream<Path> named() {
    return Stream.of("HERMES_CHROMIUM", "CHROMIUM")
        .filter(name -> !Objects.requireNonNullElse(System.getenv(name), "").isBlank())
        .map(name -> {
          Path path = Path.of(System.getenv(name));
          if (!Files.isExecutable(path)) {
            throw new IllegalStateException(
                name + " is " + path + ", and there is no program there");
          }
          return path;
        });
  }

  private static Stream<Path> installed() {
    String path =
        Objects.requireNonNullElse(System.getenv("PATH"), "") + File.pathSeparator + "/usr/bin";
    return NAMES.stream()
        .flatMap(
            name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable);
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
