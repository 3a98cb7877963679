package dev.phalanx.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class TlsTaskPoolTest {
  private final TlsTaskPool pool = TlsTaskPool.shared();

  @Test
  void more_tasks_than_may_wait_are_rejected_and_the_others_are_done() throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    CountDownLatch busy = new CountDownLatch(threads);
    CountDownLatch goesOn = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(TlsTaskPool.MAX_WAITING);
    for (int i = 0; i < threads; i++) {
      pool.execute(() -> {
        busy.countDown();
        awaitQuietly(goesOn);
      });
    }
    busy.await();
    for (int i = 0; i < TlsTaskPool.MAX_WAITING; i++) {
      pool.execute(done::countDown);
    }

    assertThatThrownBy(() -> pool.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining(TlsTaskPool.MAX_WAITING + " TLS handshakes wait");

    goesOn.countDown();
    done.await();
  }

  @Test
  void a_task_that_could_not_be_queued_takes_no_place() throws Exception {
    for (int i = 0; i <= TlsTaskPool.MAX_WAITING; i++) {
      assertThatThrownBy(() -> pool.execute(null)).isInstanceOf(NullPointerException.class);
    }
    CountDownLatch done = new CountDownLatch(1);
    pool.execute(done::countDown);
    done.await();
  }

  @Test
  void a_task_that_fails_takes_no_thread_with_it() throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < 2 * threads; i++) {
      pool.execute(() -> {
        throw new OutOfMemoryError("as a test has it");
      });
    }
    CountDownLatch together = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) { // each of the threads has to be there
      pool.execute(() -> {
        together.countDown();
        awaitQuietly(together);
      });
    }
    together.await();
    assertThat(together.getCount()).isZero();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
