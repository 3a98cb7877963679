package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What it finds is what a search through all topics finds. */
class TopicTrieTest {
  private static final String[] WORDS = {"a", "b", "c", "", "*", ">"};

  private final TopicTrie<String> trie = new TopicTrie<>();

  @Test
  void atRandomItFindsWhatANaiveSearchFinds() {
    Seed.run("TopicTrieTest", this::findAtRandom);
  }

  private void findAtRandom(Random random) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String topic = String.join(".", words(random, 4, WORDS.length));
      if (random.nextInt(3) == 0) {
        trie.remove(topic);
        all.remove(topic);
      } else {
        String value = topic + " " + i;
        trie.put(topic, value);
        all.put(topic, value);
      }
      if (i % 40 == 0) {
        String pattern = pattern(random);
        List<String> wanted = List.of(pattern.split("\\.", -1));
        List<String> expected = new ArrayList<>();
        all.forEach((name, value) -> {
          if (matches(wanted, List.of(name.split("\\.", -1)))) {
            expected.add(value);
          }
        });
        assertThat(trie.matching(pattern))
            .as(pattern)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
    all.keySet().forEach(trie::remove);
    assertThat(trie.isEmpty()).isTrue();
  }

  private static List<String> words(Random random, int most, int kinds) {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(most); i >= 0; i--) {
      words.add(WORDS[random.nextInt(kinds)]);
    }
    return words;
  }

  private static String pattern(Random random) {
    List<String> words = words(random, 4, 3);
    words.replaceAll(word -> random.nextInt(3) == 0 ? "*" : word);
    if (random.nextInt(3) == 0) {
      words.add(">");
    }
    return TopicPattern.check(String.join(".", words));
  }

  private static boolean matches(List<String> pattern, List<String> topic) {
    if (pattern.isEmpty() || topic.isEmpty()) {
      return pattern.isEmpty() && topic.isEmpty();
    }
    String first = pattern.getFirst();
    return first.equals(">")
        || ((first.equals("*") || first.equals(topic.getFirst()))
            && matches(pattern.subList(1, pattern.size()), topic.subList(1, topic.size())));
  }

  /** A name of many tokens is found by > alone, and costs no more than the longest pattern. */
  @Test
  void whatIsDeeperThanAPatternMayBeIsFoundByWhatStandsForTheRest() {
    String longest = String.join(".", Collections.nCopies(32, "t"));
    String deep = "t.".repeat(100_000);
    trie.put(longest, "longest");
    trie.put(longest + ".t", "longer");
    trie.put(deep, "deep");
    assertThat(trie.matching(longest)).containsExactly("longest");
    assertThat(trie.matching("*.".repeat(31) + "*")).containsExactly("longest");
    assertThat(trie.matching("*.".repeat(31) + ">"))
        .containsExactlyInAnyOrder("longest", "longer", "deep");
    assertThat(trie.matching(">")).containsExactlyInAnyOrder("longest", "longer", "deep");
    trie.remove(deep);
    trie.remove(longest + ".t");
    assertThat(trie.matching(">")).containsExactly("longest");
    trie.remove(longest);
    assertThat(trie.isEmpty()).isTrue();
  }
}
