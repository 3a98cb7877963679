package dev.phalanx.testkit;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceBundle;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.stoa.Runner;
import dev.phalanx.transport.memory.VirtualClock;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * For JUnit: starts an application for each test, and looks at its end for what was left behind.
 *
 * <pre>{@code
 * class EchoTest {
 *   @RegisterExtension
 *   final HermesTest hermes = HermesTest.inMemory(runner -> runner.withWebsockets(Echo.routes()));
 *
 *   @Test
 *   void an_echo_comes_back() {
 *     hermes.opens("/ws/echo").says("hello").hears("echo: hello");
 *   }
 * }
 * }</pre>
 *
 * <p>A test's method may have parameters: {@link TestServer}, {@link Application}, {@link
 * WsClient}, {@link VirtualClock} (in memory), and any service of the application. The test fails
 * if it leaves something behind; its own failure comes with what was said in the conversations that
 * are open.
 *
 * <p>For a field of the test's instance: then each test has its own, and they may run at once.
 */
public final class HermesTest
    implements BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver,
        TestExecutionExceptionHandler {
  private final BiFunction<UnaryOperator<Runner>, ServiceBundle[], TestServer> start;
  private final UnaryOperator<Runner> routes;
  private final ServiceBundle[] services;
  private volatile @Nullable TestServer server; // during a test

  private HermesTest(
      BiFunction<UnaryOperator<Runner>, ServiceBundle[], TestServer> start,
      UnaryOperator<Runner> routes,
      ServiceBundle[] services) {
    this.start = start;
    this.routes = routes;
    this.services = services;
  }

  /** As {@link TestServer#inMemory}, for each test. */
  public static HermesTest inMemory(UnaryOperator<Runner> routes, ServiceBundle... services) {
    return new HermesTest(TestServer::inMemory, routes, services.clone());
  }

  /** As {@link TestServer#onPort}, for each test. */
  public static HermesTest onPort(UnaryOperator<Runner> routes, ServiceBundle... services) {
    return new HermesTest(TestServer::onPort, routes, services.clone());
  }

  /**
   * The server of the test that runs.
   *
   * @throws IllegalStateException if none does
   */
  public TestServer server() {
    TestServer running = server;
    if (running == null) {
      throw new IllegalStateException("the server runs during a test: is the field registered?");
    }
    return running;
  }

  /** As {@link TestServer#opens}. */
  public Conversation opens(String path, String... headers) {
    return server().opens(path, headers);
  }

  // ---- called by JUnit ----

  @Override
  public void beforeEach(ExtensionContext context) {
    if (server != null) {
      throw new IllegalStateException(
          "two tests at once share one HermesTest: register a field that isn't static");
    }
    server = start.apply(routes, services);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestServer ended = server;
    server = null;
    if (ended != null) {
      ended.close(true);
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    TestServer running = server;
    String said = running == null ? "" : running.transcripts();
    if (!said.isEmpty() && !String.valueOf(failure.getMessage()).contains(said)) {
      failure.addSuppressed(new WhatWasSaid(said));
    }
    throw failure;
  }

  /** Shown with a failure; has no stack of its own. */
  private static final class WhatWasSaid extends Exception {
    private static final long serialVersionUID = 1;

    WhatWasSaid(String transcripts) {
      super("what was said:\n\n" + transcripts, null, false, false);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    TestServer running = server;
    return running != null
        && (type == TestServer.class
            || type == Application.class
            || type == WsClient.class
            || type == VirtualClock.class
            || running.application().knows(type));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    TestServer running = server();
    if (type == TestServer.class) {
      return running;
    }
    if (type == Application.class) {
      return running.application();
    }
    if (type == WsClient.class) {
      return running.client();
    }
    return type == VirtualClock.class ? running.clock() : running.service(type);
  }
}
