package dev.phalanx.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import dev.phalanx.examples.Demo;
import dev.phalanx.stoa.RunningServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The demo page in a real browser. All on one thread, since Playwright's objects are of one. */
@Tag("browser")
@Timeout(value = 60, threadMode = ThreadMode.SAME_THREAD)
class DemoPageTest {
  private static final String HOST = "127.0.0.1";

  /** Opens a WebSocket from within a page, and says what became of it. */
  private static final String TRY_TO_CONNECT =
      """
      url => new Promise(resolve => {
        const socket = new WebSocket(url);
        socket.onopen = () => resolve('open');
        socket.onclose = event => resolve('closed with ' + event.code);
      })
      """;

  /** Says texts of many sizes and kinds from within a page, and counts those that come back. */
  private static final String TALK_TO_A_MIRROR =
      """
      url => new Promise(resolve => {
        const socket = new WebSocket(url);
        const random = () => Math.random().toString(36);
        const texts = [];
        for (let size = 1; size <= 131072; size *= 2) {
          texts.push('größer € '.repeat(size).slice(0, size));
          texts.push(Array.from({length: size / 8}, random).join(' '));
        }
        let heard = 0;
        socket.onopen = () => texts.forEach(text => socket.send(text));
        socket.onmessage = event => {
          if (event.data !== texts[heard]) return resolve('another text came back');
          if (++heard === texts.length) resolve(socket.extensions + ': ' + heard);
        };
        socket.onclose = event => resolve('closed with ' + event.code);
      })
      """;

  private static Chromium chromium;

  private final List<DemoTab> tabs = new ArrayList<>();
  private RunningServer server;

  /** What a failed test was looking at: in target/browser, by the name of the test. */
  @RegisterExtension
  final AfterTestExecutionCallback screenshots =
      context -> {
        if (context.getExecutionException().isPresent()) {
          for (int i = 0; i < tabs.size(); i++) {
            String name = context.getRequiredTestMethod().getName() + "-" + (i + 1) + ".png";
            tabs.get(i).screenshot(Path.of("target", "browser", name));
          }
        }
      };

  @BeforeAll
  @Timeout(value = 60, threadMode = ThreadMode.SAME_THREAD)
  static void launch() {
    setDefaultAssertionTimeout(20_000);
    chromium = Chromium.launch();
  }

  @AfterAll
  @Timeout(value = 30, threadMode = ThreadMode.SAME_THREAD)
  static void quit() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  @Timeout(value = 30, threadMode = ThreadMode.SAME_THREAD)
  void serve() throws IOException {
    server = Demo.start(HOST, 0);
  }

  @AfterEach
  @Timeout(value = 30, threadMode = ThreadMode.SAME_THREAD)
  void closeAll() {
    tabs.forEach(DemoTab::close);
    server.close();
  }

  @Test
  void two_pages_chat_and_see_each_other_come_and_go() {
    DemoTab ada = open().named("Ada");
    ada.seesPeople(1);
    DemoTab grace = open().named("Grace");
    ada.seesThatOneJoined();
    ada.seesPeople(2);
    grace.seesPeople(2);

    ada.says("Is anybody in?");
    ada.hears("You", "Is anybody in?");
    grace.hears("Ada", "Is anybody in?");

    grace.says("I am.");
    ada.hears("Grace", "I am.");

    grace.clicksOnChat("Disconnect");
    grace.chatIs("closed");
    assertThat(grace.page().locator("#chat-state")).hasText("Room: Closed with 1000");
    ada.seesThatOneLeft();
    ada.seesPeople(1);

    grace.clicksOnChat("Connect");
    ada.seesPeople(2);
    ada.says("There you are again.");
    grace.hears("Ada", "There you are again.");
  }

  @Test
  void pages_reconnect_when_the_server_comes_back() throws IOException {
    DemoTab ada = open().named("Ada");
    DemoTab grace = open().named("Grace");
    ada.seesPeople(2);
    grace.seesPeople(2);
    int port = server.port();

    server.close();

    for (DemoTab tab : tabs) {
      tab.chatIs("reconnecting");
      tab.echoIs("reconnecting");
      assertThat(tab.page().locator("#chat-state"))
          .hasText(Pattern.compile("Room: Reconnecting (in [1-5] s|now…)"));
      assertThat(tab.messages().locator("[data-kind=lost]"))
          .hasText("Connection closed with 1001, going away: the server is going down");
    }
    ada.messageField().fill("Written while it was away");

    server = Demo.start(HOST, port);

    for (DemoTab tab : tabs) {
      tab.chatIs("open");
      tab.echoIs("open");
      tab.seesPeople(2);
    }
    assertThat(ada.messageField()).hasValue("Written while it was away");
    ada.messageField().press("Enter");
    grace.hears("Ada", "Written while it was away");
    grace.says("And it came.");
    ada.hears("Grace", "And it came.");
  }

  @Test
  void the_echo_box_shows_the_answer_and_how_long_it_took() {
    DemoTab tab = open();
    tab.echoIs("open");

    tab.sendsLine("first");
    assertThat(tab.lastAnswer()).hasText(Pattern.compile("echo: first\\s*[0-9.]+ ms"));
    tab.sendsLine("Grüße 🙂");
    assertThat(tab.lastAnswer()).hasText(Pattern.compile("echo: Grüße 🙂\\s*[0-9.]+ ms"));

    assertThat(tab.page().locator("#last")).hasText(Pattern.compile("[0-9.]+ ms"));
    assertThat(tab.page().locator("#median")).hasText(Pattern.compile("[0-9.]+ ms"));
  }

  @Test
  void a_room_is_created_or_the_server_says_why_not() {
    DemoTab tab = open();
    tab.isIn("lobby");

    tab.creates("Bad Room!");
    assertThat(tab.roomError()).containsText("must be 1 to 40 of a to z, 0 to 9 and -");
    assertThat(tab.page().getByLabel("Room name")).hasAttribute("aria-invalid", "true");
    tab.isIn("lobby");

    tab.creates("tea-house");
    tab.isIn("tea-house");
    tab.seesPeople(1);
    assertThat(tab.roomError()).hasText("");
    assertThat(tab.rooms().locator("[aria-current=true]")).hasText("tea-house1");

    tab.creates("tea-house");
    assertThat(tab.roomError()).containsText("there is a room \"tea-house\" already");
  }

  @Test
  void rooms_are_apart_and_the_address_leads_to_them() {
    DemoTab ada = open().named("Ada");
    DemoTab grace = open("#tea-house").named("Grace");
    grace.isIn("tea-house");
    ada.seesPeople(1);

    ada.joins("tea-house");
    ada.isIn("tea-house");
    grace.seesThatOneJoined();
    grace.says("Tea?");
    ada.hears("Grace", "Tea?");

    ada.page().goBack();
    ada.isIn("lobby");
    grace.seesThatOneLeft();
    assertThat(ada.messages()).not().containsText("Tea?");
  }

  @Test
  void a_page_talks_to_the_compressed_mirror() {
    String said =
        (String) open().page().evaluate(TALK_TO_A_MIRROR, webSocket("/ws/mirror/deflate"));

    assertThat(said).isEqualTo("permessage-deflate: 36");
  }

  @Test
  void a_page_from_elsewhere_can_not_connect() throws IOException {
    DemoTab own = open();
    assertThat(own.page().evaluate(TRY_TO_CONNECT, webSocket("/ws/echo"))).isEqualTo("open");

    HttpServer elsewhere = HttpServer.create(new InetSocketAddress(HOST, 0), 0);
    elsewhere.createContext(
        "/",
        exchange -> {
          byte[] html = "<!doctype html><title>Elsewhere</title>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, html.length);
          exchange.getResponseBody().write(html);
          exchange.close();
        });
    elsewhere.start();
    try {
      String url = "http://" + HOST + ":" + elsewhere.getAddress().getPort() + "/";
      DemoTab foreign = open(chromium.browser(), url);
      List<String> errors = new ArrayList<>();
      foreign.page().onWebSocket(socket -> socket.onSocketError(errors::add));

      assertThat(foreign.page().evaluate(TRY_TO_CONNECT, webSocket("/ws/echo")))
          .isEqualTo("closed with 1006");
      assertThat(errors).singleElement().asString().contains("403");
    } finally {
      elsewhere.stop(0);
    }
  }

  @Test
  void what_others_write_is_text_whatever_it_looks_like() {
    String markup = "<img src=x onerror=\"document.title='pwned'\"><script>alert(1)</script>";
    DemoTab ada = open().named("Ada");
    DemoTab eve = open().named("<b>Eve</b>");
    ada.seesPeople(2);
    eve.seesPeople(2);

    eve.says(markup);
    ada.hears("<b>Eve</b>", markup);

    String announcement = "{\"type\":\"leave\",\"id\":\"0123456789abcdef0123456789abcdef\"}";
    eve.says(announcement);
    ada.hears("<b>Eve</b>", announcement);

    WebSocket tool = connect("/ws/rooms/lobby");
    ada.seesPeople(3);
    for (String text :
        List.of(
            markup,
            "plain words",
            "null",
            "[1]",
            "{\"type\":\"chat\",\"name\":1,\"text\":\"no name\"}",
            "{\"type\":\"join\",\"id\":\"<b>no id</b>\"}",
            "{\"type\":\"join\",\"id\":\"0123456789abcdef0123456789abcdef\",\"more\":1}")) {
      tool.sendText(text, true).join();
      ada.hears("Plain text", text);
    }

    DemoTab lured = open("#" + markup.replace(" ", "%20"));
    lured.isIn(markup);
    assertThat(lured.rooms()).containsText(markup);

    for (DemoTab tab : tabs) {
      assertThat(tab.page().locator("main img, main script, main b")).hasCount(0);
      assertThat(tab.page()).not().hasTitle(Pattern.compile("^pwned"));
    }
    tool.abort();
  }

  @Test
  void a_list_of_messages_does_not_grow_for_ever() {
    DemoTab ada = open();
    ada.seesPeople(1);
    WebSocket tool = connect("/ws/rooms/lobby");
    ada.seesPeople(2);

    for (int i = 1; i <= 1_200; i++) {
      tool.sendText("number " + i, true).join();
    }

    ada.hears("Plain text", "number 1200");
    assertThat(ada.messages().locator(":scope > *")).hasCount(500);
    assertThat(ada.messages().locator(".text").last()).isInViewport();
    tool.abort();
  }

  @Test
  void a_normal_visit_complains_of_nothing_and_asks_nobody_else() {
    DemoTab ada = open().named("Ada");
    DemoTab grace = open().named("Grace");
    ada.seesPeople(2);
    grace.seesPeople(2);
    ada.says("Hello.");
    grace.hears("Ada", "Hello.");
    grace.echoIs("open");
    grace.sendsLine("Hello.");
    assertThat(grace.lastAnswer()).containsText("echo: Hello.");
    grace.creates("quiet-room");
    grace.isIn("quiet-room");
    grace.seesPeople(1);
    ada.seesThatOneLeft();
    ada.page().reload();
    ada.seesPeople(1);

    String authority = HOST + ":" + server.port() + "/";
    for (DemoTab tab : tabs) {
      assertThat(tab.complaints()).isEmpty();
      assertThat(tab.requests())
          .isNotEmpty()
          .allMatch(url ->
              url.startsWith("http://" + authority)
                  || url.startsWith("ws://" + authority)
                  || url.startsWith("data:"));
    }
    assertThat(ada.page().getByLabel("Your name")).hasValue("Ada"); // kept by the browser
  }

  @Test
  void a_phone_shows_it_all_without_scrolling_sideways() {
    for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      DemoTab phone =
          open(
              chromium.browser(),
              url(""),
              new Browser.NewContextOptions()
                  .setViewportSize(360, 740)
                  .setColorScheme(colours)
                  .setHasTouch(true)
                  .setIsMobile(true));
      phone.isIn("lobby");
      phone.says("a".repeat(300));
      phone.hears("You", "a".repeat(300));

      Page page = phone.page();
      assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
      assertThat(page.getByLabel("Line to send")).isVisible();
    }
  }

  private DemoTab open() {
    return open("");
  }

  private DemoTab open(String fragment) {
    return open(chromium.browser(), url(fragment));
  }

  private DemoTab open(Browser browser, String url) {
    return open(browser, url, new Browser.NewContextOptions());
  }

  private DemoTab open(Browser browser, String url, Browser.NewContextOptions options) {
    DemoTab tab = DemoTab.open(browser, url, options);
    tabs.add(tab);
    return tab;
  }

  private String url(String fragment) {
    return "http://" + HOST + ":" + server.port() + "/" + fragment;
  }

  private String webSocket(String path) {
    return "ws://" + HOST + ":" + server.port() + path;
  }

  /** A client that is no browser. */
  private WebSocket connect(String path) {
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(URI.create(webSocket(path)), new WebSocket.Listener() {})
        .join();
  }
}
