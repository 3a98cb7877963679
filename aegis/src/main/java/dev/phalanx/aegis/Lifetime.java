package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.TraceEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all views of one scope share: where it stands under its root, what ends it, what is to be
 * done at its end. Its lock guards the hooks only, and is never held while one runs.
 */
final class Lifetime {
  private static final Logger log = LoggerFactory.getLogger(Scope.class);
  private static final AtomicLong roots = new AtomicLong();

  final Environment environment;
  final CancellationToken token;
  final Lifetime root;
  final int depth; // of spans: how many are around what runs in it
  final long number; // of the root

  private final @Nullable Lifetime around; // null for a root
  private final String suffix; // the whole name of a root
  private final boolean ownsToken;
  private final Span span; // the root's only

  private @Nullable Deque<Scope.Hook> hooks; // guarded by this; null while there are none
  private @Nullable ServiceStore scoped; // the root's only; guarded by this; null while it has none
  private boolean disposed; // guarded by this
  private volatile boolean over; // its hooks, too, have run

  /** A root: a unit of work. */
  Lifetime(String name, Environment environment) {
    this.around = null;
    this.suffix = name;
    this.environment = environment;
    this.token = CancellationToken.create();
    this.ownsToken = true;
    this.root = this;
    this.depth = 0;
    this.number = roots.incrementAndGet();
    this.span = Span.begin(this, TraceEvent.Kind.SCOPE, 0);
  }

  private Lifetime(Lifetime around, String suffix, @Nullable CancellationToken shared, int deeper) {
    this.around = around;
    this.suffix = suffix;
    this.environment = around.environment;
    this.token = shared == null ? CancellationToken.create() : shared;
    this.ownsToken = shared == null;
    this.root = around.root;
    this.depth = around.depth + deeper;
    this.number = around.number;
    this.span = Span.NONE;
  }

  /** A lifetime inside this one's work, with a cancellation of its own. */
  Lifetime inner(String suffix) {
    return new Lifetime(this, suffix, null, 1);
  }

  /** A lifetime inside this one's work that is cancelled with it, and not before. */
  Lifetime part(String suffix) {
    return new Lifetime(this, suffix, token, 1);
  }

  /** A lifetime for the limit of a task that is being run: it is no step further in. */
  Lifetime innerOfTask(String suffix) {
    return new Lifetime(this, suffix, null, 0);
  }

  /** A lifetime for one attempt at a task that is being run. */
  Lifetime partOfTask(String suffix) {
    return new Lifetime(this, suffix, token, 0);
  }

  /** Put together when somebody asks: hardly anybody does. */
  String name() {
    return around == null ? suffix : around.name() + "/" + suffix;
  }

  /** Whether nothing of it, or of what it is a part of, is left to run. */
  boolean isOver() {
    return root.over;
  }

  /** Cancels this when the other one is cancelled, until that is taken back. */
  CancellationToken.Registration endsWith(Lifetime other) {
    return other.token.onCancel(() -> token.cancel(other.name() + " was cancelled"));
  }

  <T> T service(Class<T> type) {
    return environment.isScoped(type)
        ? root.scopedServices().resolve(type)
        : environment.services().resolve(type);
  }

  private ServiceStore scopedServices() {
    ServiceStore fresh;
    synchronized (this) {
      if (scoped != null) {
        return scoped;
      }
      scoped =
          new ServiceStore(
              environment.definitions(),
              Lifespan.SCOPED,
              environment.services(),
              (kind, what, depth) -> Span.begin(this, kind, what, depth));
      fresh = scoped;
    }
    onDispose(fresh::close); // at once, if the scope has ended: then it gives nothing
    return fresh;
  }

  void onDispose(Scope.Hook hook) {
    if (!add(hook)) {
      Throwable failure = run(hook);
      if (failure != null) {
        log(List.of(failure));
        if (failure instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private synchronized boolean add(Scope.Hook hook) {
    if (disposed) {
      return false;
    }
    if (hooks == null) {
      hooks = new ArrayDeque<>(2);
    }
    hooks.push(hook);
    return true;
  }

  /** Cancels it, and runs its hooks; what they threw. */
  List<Throwable> end() {
    if (ownsToken) {
      token.cancel(around == null ? new QuietCancellation(endOf(name())) : new Ended());
    }
    Deque<Scope.Hook> toRun;
    boolean isFirst;
    synchronized (this) {
      isFirst = !disposed;
      disposed = true;
      toRun = hooks;
      hooks = null;
    }
    List<Throwable> failures = toRun == null ? List.of() : runAll(toRun);
    if (isFirst) {
      span.end();
      over = true;
    }
    return failures;
  }

  private List<Throwable> runAll(Deque<Scope.Hook> toRun) {
    Span disposal = Span.begin(this, TraceEvent.Kind.DISPOSAL, around == null ? 1 : depth);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>(0));
    Runnable runAll =
        () -> {
          for (Scope.Hook hook : toRun) {
            Throwable failure = run(hook);
            if (failure != null) {
              failures.add(failure);
            }
          }
        };
    Thread disposer = Thread.ofVirtual().name(name() + "/dispose").start(runAll);
    Stragglers.await(disposer, ExecutionScope.DISPOSE_LIMIT);
    disposal.end();
    synchronized (failures) { // a disposer that would not end may still add to it
      return List.copyOf(failures);
    }
  }

  private static String endOf(String name) {
    return name + " has ended";
  }

  /** Why what outlasts a part is cancelled; made for each part that ends, and hardly ever read. */
  private final class Ended extends QuietCancellation {
    private static final long serialVersionUID = 1;

    private Ended() {
      super("");
    }

    @Override
    public String getMessage() {
      return endOf(name());
    }
  }

  /** What the hook threw; null if nothing. An Error, too, must not stop the other hooks. */
  private static @Nullable Throwable run(Scope.Hook hook) {
    try {
      hook.run();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /** {@link #end}, where nobody but the log is told of what hooks threw, each with its stack. */
  void endAndLog() {
    log(end());
  }

  private void log(List<Throwable> failures) {
    failures.forEach(e -> log.error("A disposal hook of {} failed", name(), e));
  }
}
