package baton.shell.cores;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The results of one contract as a table of a document: a row for each test, a column for each core.
 *
 * @param title of the first column
 * @param tests in the order of the rows
 * @param columns a report for each core
 */
record ContractTable(String title, List<String> tests, List<ContractReport> columns) {
    static final String NOT_RUN = "not run";

    /** A test with all its annotations. */
    private static final Pattern TEST = Pattern.compile("@Test\\R(?: +@.*\\R)* +void (\\w+)\\(");

    private static final String SOAK = "@Tag(\"soak\")";

    ContractTable {
        tests = List.copyOf(tests);
        columns = List.copyOf(columns);
    }

    /** The tests of a contract's source, in its order, without those tagged soak. */
    static List<String> testsIn(String source) {
        return TEST.matcher(source)
                .results()
                .filter(found -> !found.group().contains(SOAK))
                .map(found -> found.group(1))
                .toList();
    }

    /** Writes the table; where a core's tests were not all run, its cells stay as they are in {@code before}. */
    String text(String before) {
        Map<String, List<String>> kept = rowsOf(before);
        List<String> lines = new ArrayList<>();
        lines.add(line(title, columns.stream().map(ContractReport::core).toList()));
        lines.add("|---".repeat(columns.size() + 1) + "|");
        for (String test : tests) {
            List<String> cells = new ArrayList<>();
            List<String> old = kept.getOrDefault(sentence(test), List.of());
            for (int at = 0; at < columns.size(); at++) {
                ContractReport column = columns.get(at);
                String cellBefore = at < old.size() ? old.get(at) : NOT_RUN;
                cells.add(column.cover(tests) ? column.outcomes().getOrDefault(test, NOT_RUN) : cellBefore);
            }
            lines.add(line(sentence(test), cells));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String line(String first, List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| " + first + " | ", " |"));
    }

    private static Map<String, List<String>> rowsOf(String table) {
        Map<String, List<String>> rows = new HashMap<>();
        table.lines().filter(line -> line.startsWith("| ")).forEach(line -> {
            List<String> cells = List.of(line.substring(2, line.length() - 2).split(" \\| "));
            rows.put(cells.get(0), cells.subList(1, cells.size()));
        });
        return rows;
    }

    /** The name of a test in words: {@code aTriggerSurvivesACut} is "a trigger survives a cut". */
    static String sentence(String test) {
        Matcher word = Pattern.compile("(?<!^)([A-Z])").matcher(test);
        return word.replaceAll(found -> " " + found.group(1)).toLowerCase(Locale.ROOT);
    }
}
