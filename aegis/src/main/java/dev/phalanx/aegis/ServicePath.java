package dev.phalanx.aegis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Who needs whom, for messages: the one who asked first comes first. */
final class ServicePath {
  private ServicePath() {}

  static ServiceException missing(Class<?> type, List<Class<?>> path) {
    return new ServiceException("No service is registered for " + type.getName() + neededBy(path));
  }

  static ServiceException cycle(Class<?> type, List<Class<?>> path) {
    List<Class<?>> circle = new ArrayList<>(path.subList(path.indexOf(type), path.size()));
    circle.add(type);
    return new ServiceException("Services need each other in a circle: " + arrows(circle));
  }

  static ServiceException captive(Class<?> scoped, List<Class<?>> path) {
    return new ServiceException(
        "%s is scoped, and a singleton would keep it for ever%s"
            .formatted(scoped.getName(), neededBy(path)));
  }

  private static String neededBy(List<Class<?>> path) {
    return path.isEmpty() ? "" : "; it is needed by " + arrows(path);
  }

  private static String arrows(List<Class<?>> types) {
    return types.stream().map(Class::getName).collect(Collectors.joining(" → "));
  }
}
