package baton.shell.demo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The table at the end: what was done, by whom, and what had to be handed out again. */
final class Totals {
    private static final String ROW = "  %-12s %8s %8s  %s";

    private final Map<String, Long> tasksByWorker = new TreeMap<>();
    private final List<Outcome> repeatedly = new ArrayList<>();
    private long lines;
    private long words;
    private long handedOutAgain;

    Totals(Collection<Outcome> outcomes) {
        outcomes.forEach(this::add);
    }

    private void add(Outcome outcome) {
        tasksByWorker.merge(outcome.worker(), 1L, Long::sum);
        outcome.facts().ifPresent(facts -> {
            lines += facts.lines();
            words += facts.words();
        });
        if (outcome.attempts() > 1) {
            repeatedly.add(outcome);
            handedOutAgain += outcome.attempts() - 1;
        }
    }

    /** Returns the table for the parts, the dead included. */
    String table(List<PartProcess> parts, int files) {
        List<String> rows = new ArrayList<>();
        rows.add("");
        rows.add(row("process", "pid", "tasks", ""));
        for (PartProcess each : parts) {
            String tasks = each.role() == Role.WORKER ? number(tasksByWorker.getOrDefault(each.name(), 0L)) : "";
            rows.add(row(each.name(), Long.toString(each.pid()), tasks, each.isAlive() ? "" : "killed"));
        }
        rows.add("");
        rows.add("  files              " + number(files));
        rows.add("  lines              " + number(lines));
        rows.add("  words              " + number(words));
        rows.add("  handed out again   " + number(handedOutAgain) + " times, " + number(repeatedly.size()) + " tasks");
        rows.add("");
        return String.join(System.lineSeparator(), rows);
    }

    private static String row(String name, String pid, String tasks, String remark) {
        return String.format(Locale.ROOT, ROW, name, pid, tasks, remark).stripTrailing();
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
