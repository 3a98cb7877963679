package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.phalanx.aegis.Identity;
import dev.phalanx.aegis.Secrets;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.http.Headers;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.transport.DialConfig;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.ProxyConfig;
import dev.phalanx.transport.TlsClientConfig;
import dev.phalanx.transport.TlsConfig;
import dev.phalanx.transport.UpgradeRequest;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
  private static final String SECRET = "open-sesame";

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

  /** Texts that anybody may read in a log. */
  private static final Set<String> HARMLESS =
      Set.of(
          "AuthContext.scheme",
          "Challenge.parameters",
          "Challenge.scheme",
          "ClientHandshake$Refused.fault",
          "Gap.topic",
          "HttpServerConfig.allowedHosts",
          "Identity.id",
          "Origins$Listed.patterns",
          "Origins$Origin.host",
          "Origins$Origin.scheme",
          "ProxyConfig.host",
          "Request.method",
          "Request.version",
          "Subscription.name",
          "TicketBinding.path",
          "TlsSession.cipherSuite",
          "TlsSession.protocol",
          "TraceEvent.name",
          "UpgradeRequest.host",
          "Verdict$Malformed.reason",
          "WsClosed.reason",
          "WsMessage$Binary.bytes", // its toString has their number
          "WsMessage$Close.reason",
          "WsMessage$Ping.bytes",
          "WsMessage$Pong.bytes");

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

  // ---- nothing secret is shown ----

  /** One of each type that has a hidden text, with {@link #SECRET} wherever that can be. */
  private static List<Object> secretive() {
    TlsConfig.Keys pem = new TlsConfig.Keys.Pem(Path.of("a"), Path.of("b"), SECRET);
    TlsConfig.Keys store = new TlsConfig.Keys.Store(Path.of("a"), SECRET);
    Headers headers = new Headers.Builder().add("Authorization", SECRET).build();
    ProxyConfig proxy = ProxyConfig.of("proxy", 3128).withCredentials(SECRET, SECRET);
    TlsClientConfig tls = TlsClientConfig.defaults().withKeys(pem);
    DialConfig dial = DialConfig.defaults().withProxy(proxy).withTls(tls);
    return List.of(
        pem,
        store,
        TlsConfig.of(pem),
        TlsConfig.of(store),
        HttpServerConfig.defaults().withTls(TlsConfig.of(pem)),
        tls,
        proxy,
        dial,
        headers,
        new Identity("id", SECRET, Set.of(SECRET), Map.of(SECRET, SECRET)),
        new Request(
            "GET",
            "/path?token=" + SECRET,
            headers,
            SECRET.getBytes(UTF_8),
            new InetSocketAddress("127.0.0.1", 1),
            false),
        Response.text(SECRET).withHeader("Set-Cookie", SECRET),
        new UpgradeRequest("host", 80, false, "/path?token=" + SECRET, headers),
        WsClientConfig.defaults()
            .withHeader("Authorization", SECRET)
            .withSubprotocols("bearer." + SECRET)
            .withProxy(proxy)
            .withTls(tls));
  }

  @Test
  void what_can_be_logged_shows_no_secret() {
    assertThat(secretive())
        .allSatisfy(each ->
            assertThat(each.toString()).as(each.getClass().getName()).doesNotContain(SECRET));
  }

  /** A new text, in an old record or a new one, is either harmless or has its sample above. */
  @Test
  void every_text_in_a_public_record_is_harmless_or_never_shown() {
    Set<String> hidden = new TreeSet<>(texts());
    assertThat(hidden).containsAll(HARMLESS);
    hidden.removeAll(HARMLESS);

    assertThat(hidden)
        .containsExactly(
            "Identity.claims",
            "Identity.name",
            "Identity.roles",
            "ProxyConfig.password",
            "ProxyConfig.username",
            "Request.body",
            "Request.headers",
            "Request.target",
            "Response.body",
            "Response.headers",
            "TlsConfig$Keys$Pem.password",
            "TlsConfig$Keys$Store.password",
            "UpgradeRequest.headers",
            "UpgradeRequest.target",
            "WsAttempt.headers",
            "WsAttempt.subprotocols",
            "WsAttempt.uri",
            "WsClientConfig.headers",
            "WsConfig.subprotocols"); // those of a client
  }

  /** {@code Record.component}, of all public records that programs get from this project. */
  private static Set<String> texts() {
    return CLASSES.stream()
        .filter(javaClass -> javaClass.isRecord() && isPublic(javaClass))
        .filter(javaClass -> isOfAny(javaClass, "aegis", "http", "transport", "hermes", "stoa"))
        .flatMap(javaClass -> Arrays.stream(javaClass.reflect().getRecordComponents()))
        .filter(component -> mayHoldText(component.getGenericType().getTypeName()))
        .map(component -> nameOf(component.getDeclaringRecord()) + "." + component.getName())
        .collect(toCollection(TreeSet::new));
  }

  private static boolean isPublic(JavaClass javaClass) {
    return javaClass.getModifiers().contains(JavaModifier.PUBLIC)
        && javaClass.getEnclosingClass().map(SecretsRuleTest::isPublic).orElse(true);
  }

  private static boolean isOfAny(JavaClass javaClass, String... modules) {
    return Arrays.stream(modules)
        .map(module -> "dev.phalanx." + module)
        .anyMatch(root -> (javaClass.getPackageName() + ".").startsWith(root + "."));
  }

  private static boolean mayHoldText(String type) {
    return Stream.of("String", "char[]", "byte[]", "Headers", "URI").anyMatch(type::contains);
  }

  private static String nameOf(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1);
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
