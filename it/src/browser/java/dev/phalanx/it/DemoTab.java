package dev.phalanx.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * A visitor with the demo page in a browser profile of its own. What it expects, it waits for. It
 * finds things as a visitor does, by their labels.
 */
final class DemoTab implements AutoCloseable {
  private final BrowserContext profile;
  private final Page page;
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private DemoTab(BrowserContext profile) {
    this.profile = profile;
    page = profile.newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error") || message.type().equals("warning")) {
        complaints.add(message.text() + " (" + message.location() + ")");
      }
    });
    page.onPageError(complaints::add);
    page.onRequest(request -> requests.add(request.url()));
    page.onWebSocket(socket -> requests.add(socket.url()));
  }

  static DemoTab open(Browser browser, String url) {
    return open(browser, url, new Browser.NewContextOptions());
  }

  static DemoTab open(Browser browser, String url, Browser.NewContextOptions options) {
    DemoTab tab = new DemoTab(browser.newContext(options));
    tab.page.navigate(url);
    return tab;
  }

  Page page() {
    return page;
  }

  /** What the browser's console would show in red or yellow. */
  List<String> complaints() {
    return complaints;
  }

  /** The address of everything that was asked for, WebSockets too. */
  List<String> requests() {
    return requests;
  }

  // ---- the chat ----

  DemoTab named(String name) {
    page.getByLabel("Your name").fill(name);
    return this;
  }

  void says(String text) {
    messageField().fill(text);
    messageField().press("Enter");
  }

  Locator messageField() {
    return page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true));
  }

  Locator messages() {
    return page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages"));
  }

  /** The last thing said is this, and that is who said it. */
  void hears(String who, String text) {
    assertThat(messages().locator(".said .text").last()).hasText(text);
    assertThat(messages().locator(".said .who bdi").last()).hasText(who);
  }

  void seesThatOneJoined() {
    assertThat(messages().locator("[data-kind=join]").last())
        .hasText(Pattern.compile("Visitor [0-9a-f]{6} joined"));
  }

  void seesThatOneLeft() {
    assertThat(messages().locator("[data-kind=leave]").last())
        .hasText(Pattern.compile("Visitor [0-9a-f]{6} left"));
  }

  /** As the server counts: whoever is counted hears what is said from now on. */
  void seesPeople(int count) {
    assertThat(page.locator("#people")).hasText(count == 1 ? "1 person" : count + " people");
  }

  void isIn(String room) {
    assertThat(page.locator("#chat-title")).hasText(room);
    chatIs("open");
  }

  // ---- the connections ----

  void chatIs(String state) {
    assertThat(page.locator("#chat-state")).hasAttribute("data-state", state);
  }

  void echoIs(String state) {
    assertThat(page.locator("#echo-state")).hasAttribute("data-state", state);
  }

  /** The button beside the state of the chat. */
  void clicksOnChat(String button) {
    page.locator(".chat")
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button))
        .click();
  }

  // ---- the rooms ----

  void creates(String room) {
    page.getByLabel("Room name").fill(room);
    clicks("Create");
  }

  void joins(String room) {
    page.getByLabel("Room name").fill(room);
    clicks("Join");
  }

  void clicks(String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
        .click();
  }

  Locator rooms() {
    return page.getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName("Rooms to join"));
  }

  Locator roomError() {
    return page.getByRole(AriaRole.ALERT);
  }

  // ---- the echo box ----

  void sendsLine(String line) {
    Locator field = page.getByLabel("Line to send");
    field.fill(line);
    field.press("Enter");
  }

  Locator lastAnswer() {
    return page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Answers"))
        .locator(".answer")
        .last();
  }

  void screenshot(Path file) {
    page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
  }

  @Override
  public void close() {
    profile.close();
  }
}
