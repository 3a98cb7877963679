package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown file as far as tests ask: its code blocks, tables and links, each with its line. */
record Readme(
    Path file, List<Block> blocks, List<Row> rows, List<Link> links, List<String> anchors) {
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*]\\(([^)\\s]+)[^)]*\\)");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.+?) *#*");

  /** A fenced block. {@code line} is that of its first line of code. */
  record Block(String heading, String language, int line, String code) {}

  /** A row of a table, its cells as they are written. */
  record Row(String heading, int line, List<String> cells) {
    /** The first cell without the backquotes around it. */
    String name() {
      return cells.getFirst().replaceAll("^`|`$", "");
    }
  }

  record Link(int line, String target) {}

  static Readme read(Path file) throws IOException {
    Readme readme =
        new Readme(
            file, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    readme.parse(Files.readAllLines(file));
    return readme;
  }

  private void parse(List<String> lines) {
    String heading = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher title = HEADING.matcher(line);
      if (line.startsWith("```")) {
        int begin = i + 1;
        for (i = begin; i < lines.size() && !lines.get(i).startsWith("```"); i++) {}
        String code = String.join("\n", lines.subList(begin, i));
        blocks.add(new Block(heading, line.substring(3).strip(), begin + 1, code));
      } else if (title.matches()) {
        heading = title.group(1);
        anchors.add(anchorOf(heading));
      } else if (!line.startsWith("    ")) {
        addLinks(i + 1, line);
        addRow(heading, lines, i);
      }
    }
  }

  private void addLinks(int number, String line) {
    Matcher link = LINK.matcher(line.replaceAll("`[^`]*`", ""));
    while (link.find()) {
      links.add(new Link(number, link.group(1)));
    }
  }

  /** A line of a table's body: neither its head nor the dashes below that. */
  private void addRow(String heading, List<String> lines, int index) {
    boolean head = index + 1 < lines.size() && lines.get(index + 1).startsWith("|--");
    String line = lines.get(index);
    if (line.startsWith("| ") && !head) {
      String inside = line.strip().replaceAll("^\\|\\s*|\\s*\\|$", "");
      rows.add(new Row(heading, index + 1, List.of(inside.split("\\s*\\|\\s*", -1))));
    }
  }

  /** What GitHub and others make of a heading. */
  private static String anchorOf(String heading) {
    return heading
        .toLowerCase(java.util.Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  /** The n-th Java block under a heading, from 0. */
  Block block(String heading, int n) {
    List<Block> all =
        blocks.stream()
            .filter(block -> block.language.equals("java") && block.heading.equals(heading))
            .toList();
    assertThat(all).as("Java blocks under \"%s\" in %s", heading, file).hasSizeGreaterThan(n);
    return all.get(n);
  }

  /** The rows of all tables under a heading. */
  List<Row> rows(String heading) {
    List<Row> all = rows.stream().filter(row -> row.heading.equals(heading)).toList();
    assertThat(all).as("rows of tables under \"%s\" in %s", heading, file).isNotEmpty();
    return all;
  }

  /** All Markdown files of a project, by their path in it. */
  static Map<String, Readme> allIn(Path project) throws IOException {
    Map<String, Readme> all = new TreeMap<>();
    Pattern foreign = Pattern.compile("(^|.*/)(target|node_modules|\\.[^/]+)/.*");
    try (Stream<Path> files = Files.walk(project)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).toList()) {
        String name = project.relativize(file).toString().replace('\\', '/');
        if (!foreign.matcher(name).matches()) {
          all.put(name, read(file));
        }
      }
    }
    return all;
  }
}
