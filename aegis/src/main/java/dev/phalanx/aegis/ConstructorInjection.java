package dev.phalanx.aegis;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/** Constructs a class by its one constructor, whose parameters are services. */
final class ConstructorInjection {
  private static final ClassValue<Constructor<?>> CONSTRUCTORS =
      new ClassValue<>() {
        @Override
        protected Constructor<?> computeValue(Class<?> type) {
          return find(type);
        }
      };

  private ConstructorInjection() {}

  /** Where a parameter's value comes from. */
  @FunctionalInterface
  interface Source {
    Object service(Class<?> type);
  }

  static <T> T construct(Class<T> type, Source services) {
    Constructor<?> constructor = constructorOf(type);
    Class<?>[] needed = constructor.getParameterTypes();
    Object[] arguments = new Object[needed.length];
    for (int i = 0; i < needed.length; i++) {
      arguments[i] = services.service(needed[i]);
    }
    try {
      return type.cast(constructor.newInstance(arguments));
    } catch (InvocationTargetException e) {
      throw new ServiceException("The constructor of " + type.getName() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ServiceException(type.getName() + " can't be constructed", e);
    }
  }

  /** The one constructor: the only one there is, or the only public one. */
  static Constructor<?> constructorOf(Class<?> type) {
    return CONSTRUCTORS.get(type);
  }

  private static Constructor<?> find(Class<?> type) {
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      throw new ServiceException(type.getName() + " is abstract: name a class that implements it");
    }
    if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
      throw new ServiceException(type.getName() + " is an inner class: make it static");
    }
    Constructor<?> constructor = theOne(type);
    if (!constructor.trySetAccessible()) {
      throw new ServiceException(
          "%s is in module %s, which must open its package for it to be constructed: add \"opens %s to %s;\" to its module-info.java"
              .formatted(
                  type.getName(),
                  type.getModule().getName(),
                  type.getPackageName(),
                  ConstructorInjection.class.getModule().getName()));
    }
    return constructor;
  }

  private static Constructor<?> theOne(Class<?> type) {
    Constructor<?>[] all = type.getDeclaredConstructors();
    if (all.length == 1) {
      return all[0];
    }
    List<Constructor<?>> open =
        Arrays.stream(all).filter(c -> Modifier.isPublic(c.getModifiers())).toList();
    if (open.size() != 1) {
      throw new ServiceException(
          "%s has %d constructors, %d of them public: which one to call must be clear, so have one, or one that is public"
              .formatted(type.getName(), all.length, open.size()));
    }
    return open.getFirst();
  }
}
