package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.PathParams;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.http.Upgrade;
import dev.phalanx.rfc6455.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The design's "Life of a connection", point by point, on the in-memory wire. */
class LifeOfAConnectionTest {
  private static final WsHandler ECHO =
      scope -> {
        for (WsMessage message : scope.connection().inbound()) {
          scope.connection().send(message);
        }
      };

  @Nested
  @DisplayName("1. Handshake")
  class Opening {
    @Test
    void middlewareRunsAsForAnyRequestAndARefusalIsAnOrdinaryResponse() throws Exception {
      WsRouteGroup routes =
          WsRouteGroup.builder()
              .wrap((scope, next) -> Response.error(401, "who are you?"))
              .route("/ws", ECHO)
              .build();
      try (var server = Conversation.Server.start();
          var scope = server.app().openScope("test")) {
        routes.bind(server.app());
        Upgrade answer =
            routes.upgrade(RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none()));
        assertThat(answer)
            .isInstanceOfSatisfying(
                Upgrade.Rejected.class, no -> assertThat(no.response().status()).isEqualTo(401));
      }
    }

    @Test
    void theHandlerIsConstructedOnAcceptanceOneInstanceAConnection() throws Exception {
      CountingHandler.CONSTRUCTED.set(0);
      WsRouteGroup routes = WsRouteGroup.builder().route("/ws", CountingHandler.class).build();
      try (var server = Conversation.Server.start();
          var scope = server.app().openScope("test")) {
        routes.bind(server.app());
        var refused = Conversation.upgrade("/ws", "Sec-WebSocket-Version", "12");
        routes.upgrade(RequestScope.of(scope, refused, PathParams.none()));
        assertThat(CountingHandler.CONSTRUCTED).hasValue(0);

        var accepted = Conversation.upgrade("/ws");
        for (int connections = 1; connections <= 3; connections++) {
          Upgrade answer = routes.upgrade(RequestScope.of(scope, accepted, PathParams.none()));
          assertThat(answer).isInstanceOf(Upgrade.Accepted.class);
          assertThat(CountingHandler.CONSTRUCTED).hasValue(connections);
        }
      }
    }
  }

  static final class CountingHandler implements WsHandler {
    static final AtomicInteger CONSTRUCTED = new AtomicInteger();

    CountingHandler(WsGateway injected) {
      assertThat(injected).isNotNull();
      CONSTRUCTED.incrementAndGet();
    }

    @Override
    public void handle(WsScope scope) {}
  }

  @Nested
  @DisplayName("2. Open")
  class Open {
    @Test
    void inboundYieldsTextAndBinaryWholeAndInOrderAndNothingElse() throws Exception {
      List<WsMessage> seen = new ArrayList<>();
      try (var talk = Conversation.with(scope -> scope.connection().inbound().forEach(seen::add))) {
        talk.says("one");
        talk.pings("are you there?");
        talk.says(new byte[] {1, 2});
        talk.pongs("nobody asked");
        talk.says("three");
        talk.closes(1000, "");
        talk.seesTheHandlerEnd();
        assertThat(seen)
            .containsExactly(
                WsMessage.text("one"),
                WsMessage.binary(new byte[] {1, 2}),
                WsMessage.text("three"));
      }
    }

    @Test
    void itRunsOnAVirtualThreadThatIsNotTheLane() throws Exception {
      CompletableFuture<Thread> handler = new CompletableFuture<>();
      try (var talk = Conversation.with(scope -> handler.complete(Thread.currentThread()))) {
        assertThat(handler.get(20, TimeUnit.SECONDS).isVirtual()).isTrue();
        assertThat(handler.get()).isSameAs(talk.handlerThread);
      }
    }

    @Test
    void anObserverHearsOfPongs() throws Exception {
      CompletableFuture<WsMessage.Pong> heard = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            scope.connection().onPong(heard::complete);
            scope.connection().ping("42".getBytes());
            ECHO.handle(scope);
          })) {
        talk.hearsPing();
        talk.pongs("42");
        assertThat(heard.get(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(new String(heard.join().bytes())).isEqualTo("42");
      }
    }
  }

  @Nested
  @DisplayName("3. In")
  class In {
    @Test
    void aFullQueuePausesTheWireAndResumesAtHalf() throws Exception {
      CountDownLatch mayRead = new CountDownLatch(1);
      try (var talk =
          Conversation.with(
              WsConfig.defaults().withInboundMessages(8),
              scope -> {
                mayRead.await();
                ECHO.handle(scope);
              })) {
        for (int i = 0; i < 8; i++) {
          talk.says("message " + i);
        }
        assertThat(talk.peer.isPaused()).isFalse();
        for (int i = 8; i < 40; i++) {
          talk.says("message " + i);
        }
        assertThat(talk.peer.isPaused()).isTrue();

        mayRead.countDown();
        for (int i = 0; i < 40; i++) {
          talk.hears("message " + i);
        }
        assertThat(talk.peer.isPaused()).isFalse();
      }
    }

    @Test
    void itIsBoundedInBytesTooButAnyMessageIsAdmittedWhenItIsEmpty() throws Exception {
      CountDownLatch mayRead = new CountDownLatch(1);
      try (var talk =
          Conversation.with(
              WsConfig.defaults().withInboundBytes(100),
              scope -> {
                mayRead.await();
                ECHO.handle(scope);
              })) {
        talk.says("x".repeat(1_000));
        assertThat(talk.peer.isPaused()).isFalse();
        talk.says("y");
        assertThat(talk.peer.isPaused()).isTrue();
        mayRead.countDown();
        talk.hears("x".repeat(1_000));
        talk.hears("y");
      }
    }

    @Test
    void messagesReadInOneGoBeyondTheBoundWaitUndecodedAndNoneIsLost() throws Exception {
      CountDownLatch mayRead = new CountDownLatch(1);
      try (var talk =
          Conversation.with(
              WsConfig.defaults().withInboundMessages(2),
              scope -> {
                mayRead.await();
                ECHO.handle(scope);
              })) {
        var flood = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
          flood.writeBytes(Conversation.text("message " + i));
        }
        talk.peer.send(flood.toByteArray());
        assertThat(talk.peer.isPaused()).isTrue();
        assertThat(talk.connection().link().inbound().size()).isEqualTo(2);
        mayRead.countDown();
        for (int i = 0; i < 100; i++) {
          talk.hears("message " + i);
        }
      }
    }

    @Test
    void thePongTimerStandsStillWhileWePauseReading() throws Exception {
      CountDownLatch mayRead = new CountDownLatch(1);
      try (var talk =
          Conversation.with(
              WsConfig.defaults().withInboundMessages(1),
              scope -> {
                mayRead.await();
                ECHO.handle(scope);
              })) {
        talk.says("one");
        talk.says("two");
        assertThat(talk.peer.isPaused()).isTrue();
        talk.clock.advance(Duration.ofHours(1));
        assertThat(talk.connection().isOpen()).isTrue();
        mayRead.countDown();
        talk.hears("one");
        talk.hears("two");
      }
    }
  }

  @Nested
  @DisplayName("4. Pings")
  class Pings {
    @Test
    void areAnsweredBetweenFramesAheadOfQueuedData() throws Exception {
      String big = "x".repeat(100 << 10);
      try (var talk =
          Conversation.with(
              WsConfig.defaults().withSendHighWater(1 << 20),
              scope -> {
                WsConnection conn = scope.connection();
                conn.inbound().iterator().next();
                conn.sendText(big);
                conn.sendText("after");
                conn.inbound().iterator().hasNext();
              })) {
        talk.peer.readOnly(10);
        talk.says("go");
        await().until(() -> talk.connection().link().outbound().isInsideFrame());
        talk.pings("quick");
        talk.peer.readAll();
        talk.hears(big);
        talk.hearsPong("quick");
        talk.hears("after");
      }
    }

    @Test
    void aSilentPeerIsPingedAndAnyByteProvesItsLife() throws Exception {
      try (var talk = Conversation.with(ECHO)) {
        talk.clock.advance(Duration.ofSeconds(29));
        talk.hasHeardNothing();
        talk.clock.advance(Duration.ofSeconds(1));
        talk.hearsPing();
        talk.says("no pong, but alive");
        talk.hears("no pong, but alive");
        talk.clock.advance(Duration.ofSeconds(29));
        assertThat(talk.connection().isOpen()).isTrue();
      }
    }

    @Test
    void aPeerThatIsStillSilentAfterAPingIsLost() throws Exception {
      try (var talk = Conversation.with(ECHO)) {
        talk.clock.advance(Duration.ofSeconds(30));
        talk.hearsPing();
        talk.clock.advance(Duration.ofSeconds(10));
        talk.seesTheWireClosed();
        talk.seesTheHandlerEnd();
        WsClosed closed = talk.connection().closed();
        assertThat(closed.by()).isEqualTo(WsClosed.By.NOBODY);
        assertThat(closed.code()).isEqualTo(WsCloseCode.ABNORMAL_CLOSURE);
        assertThat(closed.reason()).contains("pongTimeout (10000 ms)");
      }
    }
  }

  @Nested
  @DisplayName("5. Out")
  class Out {
    @Test
    void sendBlocksAboveTheHighWaterMarkAndGoesOnWhenThePeerReads() throws Exception {
      AtomicInteger sent = new AtomicInteger();
      try (var talk =
          Conversation.with(scope -> {
            for (int i = 0; i < 100; i++) {
              assertThat(scope.connection().sendText(i + "x".repeat(4_000))).isTrue();
              sent.incrementAndGet();
            }
            ECHO.handle(scope);
          })) {
        talk.peer.readOnly(0);
        await().until(() -> talk.handlerThread.getState() == Thread.State.WAITING);
        assertThat(sent.get()).isLessThan(100);
        talk.peer.readAll();
        for (int i = 0; i < 100; i++) {
          talk.hears(i + "x".repeat(4_000));
        }
      }
    }

    @Test
    void aSenderThatIsHeldUpForTheSendTimeoutClosesTheConnection() throws Exception {
      CompletableFuture<Boolean> last = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            boolean queued = true;
            while (queued) {
              queued = scope.connection().sendText("x".repeat(4_000));
            }
            last.complete(queued);
          })) {
        talk.peer.readOnly(0);
        talk.letTimePassUntil(last::isDone);
        WsClosed closed = talk.connection().closed();
        assertThat(closed.by()).isEqualTo(WsClosed.By.US);
        assertThat(closed.code()).isEqualTo(WsCloseCode.TRY_AGAIN_LATER);
        assertThat(closed.reason()).contains("sendTimeout (10000 ms)");
        talk.letTimePassUntil(talk.peer::isClosed); // it never reads our Close, either
      }
    }

    @Test
    void sendOnAClosedConnectionReturnsFalseAndThrowsNothing() throws Exception {
      try (var talk = Conversation.with(ECHO)) {
        WsConnection conn = talk.connection();
        assertThat(conn.close(new WsCloseCode(4_000), "enough")).isTrue();
        assertThat(conn.sendText("too late")).isFalse();
        assertThat(conn.sendBinary(new byte[1])).isFalse();
        assertThat(conn.ping()).isFalse();
        assertThat(conn.close()).isFalse();
        talk.hearsClose(4_000, "enough");
        talk.closes(4_000, "enough");
        talk.seesTheWireClosed();
        assertThat(conn.sendText("much too late")).isFalse();
      }
    }

    @Test
    void whatOneThreadSendsArrivesInThatOrderAndTheCloseComesLast() throws Exception {
      try (var talk =
          Conversation.with(scope -> {
            for (int i = 0; i < 50; i++) {
              scope.connection().sendText("number " + i);
            }
            scope.connection().close(WsCloseCode.NORMAL, "done");
          })) {
        for (int i = 0; i < 50; i++) {
          talk.hears("number " + i);
        }
        talk.hearsClose(1000, "done");
      }
    }

    @Test
    void anInterruptedSenderThrowsKeepsItsInterruptAndHasQueuedNothing() throws Exception {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            try {
              while (true) {
                scope.connection().sendText("x".repeat(4_000));
              }
            } catch (CancellationException e) {
              thrown.complete(Thread.interrupted() ? e : new AssertionError("not interrupted"));
            }
          })) {
        talk.peer.readOnly(0);
        await().until(() -> talk.handlerThread.getState() == Thread.State.WAITING);
        talk.handlerThread.interrupt();
        assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        talk.peer.readAll();
      }
    }
  }

  @Nested
  @DisplayName("6. Publish")
  class Publishing {
    @Test
    void neverBlocksAndASubscriberOverItsBoundIsClosedWhileOthersHearAll() throws Exception {
      WsConfig small = WsConfig.defaults().withSendHighWater(1_000).withOutboundBytes(10_000);
      WsHandler subscriber =
          scope -> {
            scope.service(WsGateway.class).subscribe(scope.connection(), "news");
            scope.connection().sendText("subscribed");
            ECHO.handle(scope);
          };
      try (var server = Conversation.Server.start();
          var slow = server.connect(small, subscriber);
          var quick = server.connect(small, subscriber)) {
        slow.hears("subscribed");
        quick.hears("subscribed");
        slow.peer.readOnly(0);
        int published = 0;
        while (server.gateway().overflows() == 0) {
          server.gateway().publish("news", WsMessage.text("x".repeat(1_000)));
          quick.hears("x".repeat(1_000));
          published++;
        }
        assertThat(published).isBetween(9, 12);
        assertThat(server.gateway().overflows()).isEqualTo(1);
        WsClosed closed = slow.connection().closed();
        assertThat(closed.code()).isEqualTo(WsCloseCode.TRY_AGAIN_LATER);
        assertThat(closed.reason()).contains("outboundBytes (10000 bytes)");
        assertThat(quick.connection().isOpen()).isTrue();
        server.clock().advance(Duration.ofSeconds(5));
        slow.seesTheWireClosed();
        assertThat(server.gateway().count("news")).isEqualTo(1);
      }
    }

    @Test
    void whatWasSentDirectlyIsNeverDropped() throws Exception {
      try (var server = Conversation.Server.start();
          var talk = server.connect(WsConfig.defaults(), ECHO)) {
        talk.peer.readOnly(0);
        WsConnection conn = talk.connection();
        server.gateway().subscribe(conn, "news");
        assertThat(conn.sendText("first")).isTrue();
        server.gateway().publish("news", WsMessage.text("second"));
        assertThat(conn.sendText("third")).isTrue();
        talk.peer.readAll();
        talk.hears("first");
        talk.hears("second");
        talk.hears("third");
      }
    }
  }

  @Nested
  @DisplayName("7. The peer closes, or is lost")
  class PeerEnds {
    @Test
    void inboundYieldsWhatWasReceivedThenEndsAndClosedSaysHow() throws Exception {
      List<String> seen = new ArrayList<>();
      CompletableFuture<WsClosed> closed = new CompletableFuture<>();
      CountDownLatch mayRead = new CountDownLatch(1);
      try (var talk =
          Conversation.with(scope -> {
            mayRead.await();
            for (WsMessage message : scope.connection().inbound()) {
              seen.add(message.text());
            }
            closed.complete(scope.connection().closed());
          })) {
        talk.says("one");
        talk.says("two");
        talk.closes(4_321, "that's all");
        assertThat(talk.connection().isOpen()).isFalse();
        mayRead.countDown();
        assertThat(closed.get(20, TimeUnit.SECONDS))
            .isEqualTo(new WsClosed(new WsCloseCode(4_321), "that's all", WsClosed.By.PEER));
        assertThat(seen).containsExactly("one", "two");
        talk.hearsClose(4_321, "that's all");
        talk.seesTheWireClosed();
      }
    }

    @Test
    void answersToWhatThePeerSaidBeforeItClosedStillGoOut() throws Exception {
      CountDownLatch mayAnswer = new CountDownLatch(1);
      try (var talk =
          Conversation.with(scope -> {
            for (WsMessage message : scope.connection().inbound()) {
              mayAnswer.await();
              assertThat(scope.connection().send(message)).isTrue();
            }
          })) {
        talk.says("a question");
        talk.closes(1000, "bye");
        talk.hasHeardNothing();
        mayAnswer.countDown();
        talk.hears("a question");
        talk.hearsClose(1000, "bye");
      }
    }

    @Test
    void aCloseIsAnsweredAtOnceWhenTheHandlerNeverReads() throws Exception {
      CountDownLatch never = new CountDownLatch(1);
      try (var talk = Conversation.with(scope -> never.await())) {
        talk.closes(1001, "leaving");
        talk.hearsClose(1001, "leaving");
        talk.seesTheWireClosed();
      }
    }

    @Test
    void aCloseIsAnsweredWithinASecondOfAHandlerThatIsBusy() throws Exception {
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch never = new CountDownLatch(1);
      try (var talk =
          Conversation.with(scope -> {
            scope.connection().inbound().iterator().next();
            busy.countDown();
            never.await();
          })) {
        talk.says("work");
        busy.await();
        talk.closes(1000, "");
        talk.hasHeardNothing();
        talk.clock.advance(Ending.ANSWER_GRACE);
        talk.hearsClose(1000, "");
      }
    }

    @Test
    void aCloseWithoutCodeIsAnsweredByOneWithout() throws Exception {
      try (var talk = Conversation.with(ECHO)) {
        talk.peer.send(
            Conversation.bytesOf(
                dev.phalanx.rfc6455.EncodedFrame.of(
                    dev.phalanx.rfc6455.Side.CLIENT,
                    dev.phalanx.rfc6455.Opcode.CLOSE,
                    new byte[0])));
        assertThat(talk.hears()).isEqualTo(new Event.Close(1005, ""));
        assertThat(talk.connection().closed().code()).isEqualTo(WsCloseCode.NO_STATUS_RECEIVED);
      }
    }

    @Test
    void aBrokenRuleIsOursToClose() throws Exception {
      CompletableFuture<WsClosed> closed = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            ECHO.handle(scope);
            closed.complete(scope.connection().closed());
          })) {
        talk.says("fine");
        talk.says("x".repeat((64 << 10) + 1));
        talk.hears("fine");
        Event.Close close = (Event.Close) talk.hears();
        assertThat(close.code()).isEqualTo(1009);
        assertThat(close.reason()).contains("maxMessageSize (65536 bytes)");
        assertThat(closed.get(20, TimeUnit.SECONDS).by()).isEqualTo(WsClosed.By.US);
        await().until(talk.peer::isOutputEnded); // and what the peer still sends is swallowed
        talk.says("still talking");
        assertThat(talk.peer.isClosed()).isFalse();
        talk.peer.close();
        talk.seesTheWireClosed();
      }
    }

    @Test
    void aPeerThatBrokeARuleAndStaysIsCutOffAfterTheCloseTimeout() throws Exception {
      try (var talk = Conversation.with(ECHO)) {
        talk.peer.send(new byte[] {(byte) 0xFF, (byte) 0x80, 0, 0, 0, 0});
        assertThat(talk.hears()).isInstanceOf(Event.Close.class);
        talk.clock.advance(Duration.ofSeconds(5));
        talk.seesTheWireClosed();
      }
    }

    @Test
    void aLostConnectionEndsTheLoopWithoutAnException() throws Exception {
      CompletableFuture<WsClosed> closed = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            ECHO.handle(scope);
            closed.complete(scope.connection().closed());
          })) {
        talk.says("hello");
        talk.hears("hello");
        talk.peer.reset();
        WsClosed how = closed.get(20, TimeUnit.SECONDS);
        assertThat(how.by()).isEqualTo(WsClosed.By.NOBODY);
        assertThat(how.code()).isEqualTo(WsCloseCode.ABNORMAL_CLOSURE);
      }
    }

    @Test
    void whatWasReadBeforeTheLossIsStillDelivered() throws Exception {
      CountDownLatch mayRead = new CountDownLatch(1);
      List<String> seen = new ArrayList<>();
      try (var talk =
          Conversation.with(
              WsConfig.defaults().withInboundMessages(2),
              scope -> {
                mayRead.await();
                scope.connection().inbound().forEach(message -> seen.add(message.text()));
              })) {
        var flood = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
          flood.writeBytes(Conversation.text("message " + i));
        }
        talk.peer.send(flood.toByteArray());
        talk.peer.reset();
        mayRead.countDown();
        talk.seesTheHandlerEnd();
        assertThat(seen).hasSize(10).startsWith("message 0").endsWith("message 9");
      }
    }

    @Test
    void whatThePeerSaysAfterOurCloseCanStillBeReceived() throws Exception {
      List<String> seen = new ArrayList<>();
      try (var talk =
          Conversation.with(scope -> {
            scope.connection().close(WsCloseCode.GOING_AWAY, "");
            scope.connection().inbound().forEach(message -> seen.add(message.text()));
          })) {
        talk.hearsClose(1001, "");
        talk.says("one more thing");
        talk.closes(1001, "");
        talk.seesTheHandlerEnd();
        assertThat(seen).containsExactly("one more thing");
        assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.US);
      }
    }

    @Test
    void aPeerThatNeverAnswersOurCloseIsCutOffAfterTheCloseTimeout() throws Exception {
      try (var talk = Conversation.with(scope -> {})) {
        talk.hearsClose(1000, "");
        assertThat(talk.peer.isClosed()).isFalse();
        talk.letTimePassUntil(talk.peer::isClosed);
        assertThat(talk.clock.nanoTime()).isGreaterThanOrEqualTo(Duration.ofSeconds(5).toNanos());
        talk.seesTheHandlerEnd();
      }
    }
  }

  @Nested
  @DisplayName("8. Cancellation")
  class Cancellation {
    @Test
    void theScopeIsCancelledOnceThePeerIsGoneAndInboundIsDrained() throws Exception {
      CompletableFuture<Throwable> delayed = new CompletableFuture<>();
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            ECHO.handle(scope);
            try {
              scope.delay(Duration.ofDays(1));
            } catch (CancellationException e) {
              delayed.complete(e);
            }
            interrupted.complete(Thread.currentThread().isInterrupted());
          })) {
        talk.says("hello");
        talk.hears("hello");
        talk.peer.close();
        assertThat(delayed.get(20, TimeUnit.SECONDS)).hasMessageContaining("has gone");
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isFalse();
      }
    }

    @Test
    void aHandlerThatIsBusyHasTheCloseTimeoutBeforeItsScopeIsCancelled() throws Exception {
      CountDownLatch busy = new CountDownLatch(1);
      CompletableFuture<Throwable> delayed = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            scope.connection().inbound().iterator().next();
            busy.countDown();
            try {
              scope.delay(Duration.ofDays(1));
            } catch (CancellationException e) {
              delayed.complete(e);
            }
          })) {
        talk.says("work");
        busy.await();
        talk.peer.close();
        talk.clock.advance(Duration.ofMillis(4_999));
        assertThat(delayed).isNotDone();
        talk.clock.advance(Duration.ofMillis(1));
        assertThat(delayed.get(20, TimeUnit.SECONDS)).isNotNull();
      }
    }

    @Test
    void childTasksAreInterruptedAndTheHandlersOwnThreadIsNot() throws Exception {
      CountDownLatch running = new CountDownLatch(1);
      CompletableFuture<Boolean> childInterrupted = new CompletableFuture<>();
      CompletableFuture<Boolean> handlerInterrupted = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            try {
              scope.concurrent(
                  List.of(child -> {
                    running.countDown();
                    try {
                      return new CountDownLatch(1).await(1, TimeUnit.DAYS);
                    } catch (InterruptedException e) {
                      childInterrupted.complete(true);
                      throw e;
                    }
                  }));
            } catch (CancellationException e) {
              handlerInterrupted.complete(Thread.currentThread().isInterrupted());
            }
          })) {
        running.await();
        talk.peer.close();
        assertThat(childInterrupted.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handlerInterrupted.get(20, TimeUnit.SECONDS)).isFalse();
      }
    }

    @Test
    void cleanUpUsesAShieldedBlockAndHooksRunUncancelled() throws Exception {
      CompletableFuture<String> cleaned = new CompletableFuture<>();
      CompletableFuture<Boolean> hookInterrupted = new CompletableFuture<>();
      try (var talk =
          Conversation.with(scope -> {
            scope.onDispose(() -> hookInterrupted.complete(Thread.currentThread().isInterrupted()));
            ECHO.handle(scope);
            await().until(scope::isCancelled);
            cleaned.complete(
                scope.shielded(
                    Duration.ofSeconds(1),
                    shield -> {
                      shield.delay(Duration.ZERO);
                      return shield.isCancelled() ? "cancelled" : "clean";
                    }));
          })) {
        talk.peer.close();
        assertThat(cleaned.get(20, TimeUnit.SECONDS)).isEqualTo("clean");
        assertThat(hookInterrupted.get(20, TimeUnit.SECONDS)).isFalse();
      }
    }
  }

  @Nested
  @DisplayName("9. The handler returns, throws, or does neither")
  class HandlerEnds {
    @Test
    void returningClosesWith1000() throws Exception {
      try (var talk = Conversation.with(scope -> scope.connection().sendText("bye"))) {
        talk.hears("bye");
        talk.hearsClose(1000, "");
        talk.closes(1000, "");
        talk.seesTheWireClosed();
        talk.seesTheHandlerEnd();
      }
    }

    @Test
    void whatThePeerStillSendsAfterThatIsDroppedButItsCloseIsSeen() throws Exception {
      try (var talk = Conversation.with(WsConfig.defaults().withInboundMessages(1), scope -> {})) {
        talk.hearsClose(1000, "");
        for (int i = 0; i < 10; i++) {
          talk.says("nobody reads this");
        }
        assertThat(talk.peer.isPaused()).isFalse();
        talk.closes(1000, "");
        talk.seesTheWireClosed();
      }
    }

    @Test
    void throwingClosesWith1011AndLogsOneLineWithTheConnectionsId() throws Exception {
      try (var log = CapturedLog.of("dev.phalanx.hermes", Level.INFO);
          var talk =
              Conversation.with(scope -> {
                throw new IllegalStateException("secret detail");
              })) {
        talk.hearsClose(1011, "the server failed");
        await().until(() -> !log.records().isEmpty()); // it closes first
        assertThat(log.records()).hasSize(1);
        assertThat(log.messages().getFirst()).contains("WS /ws").contains(talk.connection().id());
        assertThat(log.records().getFirst().getThrown()).hasMessage("secret detail");
      }
    }

    @Test
    void textOfABinaryMessageClosesWith1003AsThePeersMistake() throws Exception {
      try (var log = CapturedLog.of("dev.phalanx.hermes", Level.INFO);
          var talk =
              Conversation.with(scope -> scope.connection().inbound().forEach(WsMessage::text))) {
        talk.says(new byte[] {1});
        talk.hearsClose(1003, "text expected, not binary");
        assertThat(log.records()).isEmpty();
      }
    }

    @Test
    void badJsonClosesWith1007AsThePeersMistake() throws Exception {
      record Point(int x, int y) {}
      try (var log = CapturedLog.of("dev.phalanx.hermes", Level.INFO);
          var talk =
              Conversation.with(scope -> {
                for (WsMessage message : scope.connection().inbound()) {
                  scope.connection().sendJson(message.decode(Point.class));
                }
              })) {
        talk.says("{\"x\":1,\"y\":2}");
        talk.hears("{\"x\":1,\"y\":2}");
        talk.says("{\"x\":");
        Event.Close close = (Event.Close) talk.hears();
        assertThat(close.code()).isEqualTo(1007);
        assertThat(close.reason()).startsWith("malformed JSON");
        assertThat(log.records()).isEmpty();
      }
    }

    @Test
    void oneThatNeverReturnsIsReportedByNameWithItsStack() throws Exception {
      CountDownLatch never = new CountDownLatch(1);
      try (var log = CapturedLog.of("dev.phalanx", Level.INFO);
          var talk = Conversation.with(scope -> stubborn(never))) {
        await().until(() -> talk.handlerThread.getState() == Thread.State.WAITING);
        talk.peer.close();
        talk.clock.advance(HandlerThread.PATIENCE);
        await().until(() -> !log.messages().isEmpty()); // the lane doesn't log by itself
        assertThat(log.messages())
            .singleElement()
            .asString()
            .contains("ws /ws " + talk.connection().id())
            .contains(".stubborn(");
        never.countDown();
      }
    }

    private void stubborn(CountDownLatch never) throws InterruptedException {
      never.await();
    }
  }

  @Nested
  @DisplayName("10. Gone")
  class Gone {
    private final WsHandler subscriber =
        scope -> {
          scope.service(WsGateway.class).subscribe(scope.connection(), "a", "b");
          scope.connection().sendText("subscribed");
          ECHO.handle(scope);
        };

    @Test
    void theCloseHookTakesItOutOfTheGateway() throws Exception {
      try (var server = Conversation.Server.start();
          var talk = server.connect(WsConfig.defaults(), subscriber)) {
        talk.hears("subscribed");
        assertThat(server.gateway().count()).isEqualTo(1);
        assertThat(server.gateway().topicCount()).isEqualTo(2);
        talk.peer.reset();
        assertThat(server.gateway().count()).isZero(); // at once: the lane has done it
        assertThat(server.gateway().topicCount()).isZero();
      }
    }

    @Test
    void subscribingOnceItHasGoneLeavesNothingBehind() throws Exception {
      try (var server = Conversation.Server.start();
          var talk = server.connect(WsConfig.defaults(), ECHO)) {
        WsConnection conn = talk.connection();
        talk.peer.close();
        server.gateway().register(conn);
        server.gateway().subscribe(conn, "a");
        assertThat(server.gateway().count()).isZero();
        assertThat(server.gateway().topicCount()).isZero();
      }
    }

    @Test
    void oneWhoseWireWasDroppedWithoutACloseEventIsCollectedWithItsSubscriptions()
        throws Exception {
      try (var server = Conversation.Server.start()) {
        subscribeAndVanish(server);
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> {
              System.gc();
              return server.gateway().count() == 0;
            });
        assertThat(server.gateway().topicCount()).isZero();
      }
    }

    /** A connection that no thread runs: nothing is left that knows it but the gateway. */
    private void subscribeAndVanish(Conversation.Server server) throws Exception {
      WsRouteGroup routes = WsRouteGroup.builder().route("/ws", ECHO).build();
      routes.bind(server.app());
      try (var scope = server.app().openScope("test")) {
        var answer =
            routes.upgrade(RequestScope.of(scope, Conversation.upgrade("/ws"), PathParams.none()));
        var session = (WsSession) ((Upgrade.Accepted) answer).session();
        var peer = dev.phalanx.transport.memory.MemoryPeer.connect(server.lane(), session::open);
        server.gateway().subscribe(session.connection(), "a", "b");
        System.gc();
        assertThat(server.gateway().count()).isEqualTo(1);
        assertThat(session.connection().isOpen()).isTrue();
        peer.vanish();
      }
    }
  }

  @Test
  void aCloseCodeThatMustNotBeSentIsRefusedWhereItIsGiven() throws Exception {
    try (var talk = Conversation.with(ECHO)) {
      assertThatThrownBy(() -> talk.connection().close(WsCloseCode.ABNORMAL_CLOSURE, ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1006");
      assertThat(talk.connection().isOpen()).isTrue();
    }
  }
}
