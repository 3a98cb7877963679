package dev.phalanx.attack;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the locks of the project's own objects, and holds all locks of one kind at a time. Whoever
 * waits for one of them waits until it is released.
 *
 * <p>A lock is an object's monitor, a class's monitor, a {@link Lock}, or a key of a {@link
 * ConcurrentHashMap}, which is locked while {@code compute} runs. Objects are found by following
 * fields, collections and references from a few roots.
 */
final class HeldLocks {
  private static final int MOST_OF_A_KIND = 40;
  private static final int MOST_OBJECTS = 500_000;

  /** Locks an object, runs the action, and unlocks it. */
  private interface Holding {
    void during(Runnable action) throws Exception;
  }

  private final List<Object> roots;
  private @Nullable CountDownLatch release;

  HeldLocks(Object... roots) {
    this.roots = List.of(roots);
  }

  /** Names the kinds there are. */
  String find() throws IllegalAccessException {
    return String.join(";", new Walk().from(roots).keySet());
  }

  /** Holds all locks of a kind that there are by now, until they are released. */
  String hold(String kind) throws InterruptedException, IllegalAccessException {
    List<Holding> locks = new Walk().from(roots).getOrDefault(kind, List.of());
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(locks.size());
    release = over;
    for (Holding lock : locks) {
      Thread.ofPlatform().daemon().start(() -> hold(lock, held, over));
    }
    held.await(1, TimeUnit.SECONDS); // a handler may have some, and wait for others
    return "holding " + (locks.size() - held.getCount()) + " of " + locks.size();
  }

  private static void hold(Holding lock, CountDownLatch held, CountDownLatch over) {
    try {
      lock.during(() -> {
        held.countDown();
        try {
          over.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  String release() {
    release.countDown();
    return "released";
  }

  private static final class Walk {
    private final Map<String, List<Holding>> found = new TreeMap<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> next = new ArrayDeque<>();

    Map<String, List<Holding>> from(List<Object> roots) throws IllegalAccessException {
      roots.forEach(this::meet);
      while (!next.isEmpty() && seen.size() < MOST_OBJECTS) {
        follow(next.remove());
      }
      return found;
    }

    private void meet(@Nullable Object object) {
      if (object != null && seen.add(object)) {
        next.add(object);
      }
    }

    private void follow(Object object) throws IllegalAccessException {
      switch (object) {
        case Object[] array -> Arrays.stream(array).forEach(this::meet);
        case Map<?, ?> map -> {
          map.keySet().forEach(this::meet);
          map.values().forEach(this::meet);
        }
        case Collection<?> all -> all.forEach(this::meet);
        case AtomicReference<?> reference -> meet(reference.get());
        case Reference<?> reference -> meet(reference.get());
        default -> {
          if (!object.getClass().getModule().isNamed() && !object.getClass().isArray()) {
            followFields(object);
          }
        }
      }
    }

    private void followFields(Object object) throws IllegalAccessException {
      if (isOurs(object.getClass())) {
        add("monitor of " + name(object.getClass()), monitor(object));
      }
      for (Class<?> type = object.getClass();
          !type.getModule().isNamed();
          type = type.getSuperclass()) {
        if (isOurs(type) && seen.add(type)) {
          add("class " + type.getName(), monitor(type));
        }
        for (Field field : type.getDeclaredFields()) {
          boolean isStatic = Modifier.isStatic(field.getModifiers());
          if (!field.getType().isPrimitive() && (!isStatic || isOurs(type))) {
            field.setAccessible(true);
            Object value = field.get(isStatic ? null : object);
            if (value != null && isOurs(type)) {
              addField(name(type) + "." + field.getName(), value);
            }
            meet(value);
          }
        }
      }
    }

    private void addField(String name, Object value) {
      switch (value) {
        case Lock lock -> add("lock " + name, held(lock));
        case ReadWriteLock lock -> add("lock " + name, held(lock.writeLock()));
        case ConcurrentHashMap<?, ?> map -> addEntries("entry of " + name, map);
        default -> {
          if (value.getClass() == Object.class
              || value.getClass().getName().startsWith("java.util.Collections$Synchronized")) {
            add("monitor of " + name, monitor(value));
          }
        }
      }
    }

    private void add(String kind, Holding lock) {
      List<Holding> all = found.computeIfAbsent(kind, key -> new ArrayList<>());
      if (all.size() < MOST_OF_A_KIND) {
        all.add(lock);
      }
    }

    private static boolean isOurs(Class<?> type) {
      return type.getName().startsWith("dev.phalanx.")
          && !type.getPackage().equals(HeldLocks.class.getPackage())
          && !type.isEnum();
    }

    private static String name(Class<?> type) {
      return type.getName().replaceFirst("\\$\\$Lambda.*", "'s lambda");
    }

    private static Holding monitor(Object object) {
      return action -> {
        synchronized (object) {
          action.run();
        }
      };
    }

    private static Holding held(Lock lock) {
      return action -> {
        lock.lock();
        try {
          action.run();
        } finally {
          lock.unlock();
        }
      };
    }

    private <K, V> void addEntries(String kind, ConcurrentHashMap<K, V> map) {
      for (K key : map.keySet()) {
        add(
            kind,
            action ->
                map.computeIfPresent(
                    key,
                    (same, value) -> {
                      action.run();
                      return value;
                    }));
      }
    }
  }
}
