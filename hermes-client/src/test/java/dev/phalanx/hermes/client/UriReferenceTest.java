package dev.phalanx.hermes.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 3986. */
class UriReferenceTest {
  private static final UriReference BASE = UriReference.parse("http://a/b/c/d;p?q");

  private static String resolved(String reference) {
    return BASE.resolve(UriReference.parse(reference)).toString();
  }

  /** Section 5.4.1. */
  @ParameterizedTest
  @CsvSource({
    "g:h, g:h",
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "#s, http://a/b/c/d;p?q#s",
    "g#s, http://a/b/c/g#s",
    "g?y#s, http://a/b/c/g?y#s",
    ";x, http://a/b/c/;x",
    "g;x, http://a/b/c/g;x",
    "g;x?y#s, http://a/b/c/g;x?y#s",
    "'', http://a/b/c/d;p?q",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../, http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../, http://a/",
    "../../g, http://a/g"
  })
  void normal_examples(String reference, String expected) {
    assertThat(resolved(reference)).isEqualTo(expected);
  }

  /** Section 5.4.2; the last one as a strict parser has it. */
  @ParameterizedTest
  @CsvSource({
    "../../../g, http://a/g",
    "../../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    ".g, http://a/b/c/.g",
    "g.., http://a/b/c/g..",
    "..g, http://a/b/c/..g",
    "./../g, http://a/b/g",
    "./g/., http://a/b/c/g/",
    "g/./h, http://a/b/c/g/h",
    "g/../h, http://a/b/c/h",
    "g;x=1/./y, http://a/b/c/g;x=1/y",
    "g;x=1/../y, http://a/b/c/y",
    "g?y/./x, http://a/b/c/g?y/./x",
    "g?y/../x, http://a/b/c/g?y/../x",
    "g#s/./x, http://a/b/c/g#s/./x",
    "g#s/../x, http://a/b/c/g#s/../x",
    "http:g, http:g"
  })
  void abnormal_examples(String reference, String expected) {
    assertThat(resolved(reference)).isEqualTo(expected);
  }

  /** Section 5.2.4. */
  @ParameterizedTest
  @CsvSource({
    "/a/b/c/./../../g, /a/g",
    "mid/content=5/../6, mid/6",
    "/.., /",
    "/a/.., /",
    "/.., /",
    "//a/../b, //b"
  })
  void dots_are_removed(String path, String expected) {
    assertThat(UriReference.withoutDots(path)).isEqualTo(expected);
  }

  /** Section 5.2.3. */
  @Test
  void a_base_without_a_path_has_a_slash() {
    assertThat(UriReference.parse("ws://a?q").resolve(UriReference.parse("g")).toString())
        .isEqualTo("ws://a/g");
  }

  /** Appendix B. */
  @Test
  void a_uri_has_five_components() {
    assertThat(UriReference.parse("http://www.ics.uci.edu/pub/ietf/uri/?a=1#Related"))
        .isEqualTo(new UriReference("http", "www.ics.uci.edu", "/pub/ietf/uri/", "a=1", "Related"));
    assertThat(UriReference.parse("")).isEqualTo(new UriReference(null, null, "", null, null));
  }
}
