package dev.phalanx.it;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.phalanx.aegis.Secrets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Secrets are compared in constant time, by {@code Secrets.equal}, or looked up by their hash. That
 * can't be seen from outside; so here is all that those compare who have a token, a ticket or a
 * password in their hands, and a new comparison needs its line, and its reason.
 */
class SecretsRuleTest {
  /** Who names one of these has, or may have, a secret in its hands. */
  private static final Set<String> SECRETIVE =
      Set.of(
          "dev.phalanx.aegis.Secrets",
          "dev.phalanx.http.BearerToken",
          "dev.phalanx.http.Credentials",
          "dev.phalanx.http.Guard",
          "dev.phalanx.http.SubprotocolToken",
          "dev.phalanx.http.Tickets",
          "dev.phalanx.http.Verdict");

  /** How one could compare texts or bytes, and stop at the first difference. */
  private static final Set<String> COMPARING =
      Set.of(
          "compare",
          "compareTo",
          "compareToIgnoreCase",
          "contains",
          "containsKey",
          "containsValue",
          "contentEquals",
          "deepEquals",
          "endsWith",
          "equals",
          "equalsIgnoreCase",
          "indexOf",
          "mismatch",
          "regionMatches",
          "startsWith");

  private static final Set<String> LOOKING_UP =
      Set.of("computeIfAbsent", "computeIfPresent", "get", "getOrDefault", "remove");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.phalanx");

  @Test
  void whoever_has_a_secret_compares_nothing_but_what_is_none() {
    assertThat(accesses(SecretsRuleTest::compares))
        .containsExactlyInAnyOrder(
            "Authenticate.handle: Guard.equals", // who granted it
            "Authenticate.passed: Headers.contains", // a header's name, in a response
            "BasicGuard.check: String.indexOf", // the colon
            "Credentials.areOf: String.equalsIgnoreCase", // the scheme
            "Credentials.of: String.indexOf", // the space behind the scheme
            "SubprotocolToken.hasCompanion: List.contains", // "bearer" alone
            "SubprotocolToken.isToken: String.startsWith", // "bearer."
            "SubprotocolToken.removedFrom: String.equalsIgnoreCase"); // a header's name
  }

  @Test
  void tickets_are_looked_up_by_their_hash_and_nothing_else_is_looked_up() {
    assertThat(accesses(SecretsRuleTest::looksUp))
        .containsExactlyInAnyOrder(
            "Tickets.forget: Map.computeIfPresent", // an identity
            "Tickets.keep: Map.computeIfAbsent", // an identity
            "Tickets.keep: Map.get", // an identity
            "Tickets.take: LinkedHashMap.remove"); // the hash
    assertThat(accesses(access -> access.getTargetOwner().isEquivalentTo(Secrets.class)))
        .contains("Tickets.issue: Secrets.hash", "Tickets.redeem: Secrets.hash");
  }

  @Test
  void one_method_compares_secrets_and_in_constant_time() {
    assertThat(
            accesses(access ->
                access.getOriginOwner().isEquivalentTo(Secrets.class)
                    && access.getOrigin().getName().equals("equal")))
        .containsExactly("Secrets.equal: MessageDigest.isEqual", "Secrets.equal: Secrets.sha256");
    assertThat(
            accesses(access ->
                access.getTargetOwner().isEquivalentTo(Secrets.class)
                    && access.getTarget().getName().equals("equal")))
        .containsExactly("Guard.sharedSecret: Secrets.equal");
  }

  private static boolean compares(JavaAccess<?> access) {
    return COMPARING.contains(access.getTarget().getName());
  }

  private static boolean looksUp(JavaAccess<?> access) {
    return access.getTargetOwner().isAssignableTo(Map.class)
        && LOOKING_UP.contains(access.getTarget().getName());
  }

  private static Set<String> accesses(Predicate<JavaAccess<?>> such) {
    return CLASSES.stream()
        .filter(SecretsRuleTest::mayHaveSecrets)
        .flatMap(SecretsRuleTest::accessesOf)
        .filter(such)
        .map(SecretsRuleTest::inAWord)
        .collect(toCollection(TreeSet::new));
  }

  private static Stream<? extends JavaAccess<?>> accessesOf(JavaClass javaClass) {
    return Stream.concat(
        javaClass.getCodeUnitCallsFromSelf().stream(),
        javaClass.getCodeUnitReferencesFromSelf().stream());
  }

  private static boolean mayHaveSecrets(JavaClass javaClass) {
    return SECRETIVE.contains(topLevel(javaClass).getName())
        || javaClass.getDirectDependenciesFromSelf().stream()
            .anyMatch(
                dependency -> SECRETIVE.contains(topLevel(dependency.getTargetClass()).getName()));
  }

  private static JavaClass topLevel(JavaClass javaClass) {
    return javaClass.getEnclosingClass().map(SecretsRuleTest::topLevel).orElse(javaClass);
  }

  private static String inAWord(JavaAccess<?> access) {
    return "%s.%s: %s.%s"
        .formatted(
            topLevel(access.getOriginOwner()).getSimpleName(),
            access.getOrigin().getName(),
            access.getTargetOwner().getSimpleName(),
            access.getTarget().getName());
  }
}
