package baton.shell.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the run kept its promise: each task has exactly one final record, the store holds nothing else, and the
 * results are what a single process finds out.
 */
final class Audit {
    private static final int SHOWN_MAX = 5;

    private final List<String> findings = new ArrayList<>();

    /** Returns what is wrong, in words; nothing if all is well. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    /** Compares what the client got with what one process alone finds out, in the order of the files. */
    void compare(Ledger ledger, Map<String, FileFacts> expected) {
        Map<String, Outcome> got = new LinkedHashMap<>();
        ledger.outcomes().forEach(each -> got.put(each.file(), each));
        List<String> missing = new ArrayList<>();
        List<String> different = new ArrayList<>();
        expected.forEach((file, facts) -> {
            Outcome outcome = got.get(file);
            if (outcome == null) {
                missing.add(file);
            } else if (!outcome.facts().map(facts::equals).orElse(false)) {
                different.add(file + (outcome.error().isEmpty() ? "" : " (" + outcome.error() + ")"));
            }
        });
        report(missing, "without a result");
        report(different, "with another result than a single process has");
        report(ledger.repeated().stream().map(Outcome::file).toList(), "recorded twice");
    }

    /** Compares what the client got with what the store holds when all is done. */
    void compare(Ledger ledger, QueueNodes nodes) {
        Set<String> recorded = new HashSet<>();
        ledger.outcomes().forEach(each -> recorded.add(each.task()));
        report(without(nodes.finished(), recorded), "recorded in the store, which the client does not know");
        report(without(List.copyOf(recorded), new HashSet<>(nodes.finished())), "not recorded in the store");
        report(nodes.waiting(), "still waiting in the store");
        report(nodes.assigned(), "still assigned in the store");
        report(nodes.dead(), "given up in the store");
        report(nodes.inSeveralPlaces(), "in more than one place of the store");
    }

    private static List<String> without(List<String> names, Set<String> known) {
        return names.stream().filter(each -> !known.contains(each)).toList();
    }

    private void report(List<String> wrong, String how) {
        if (!wrong.isEmpty()) {
            String shown = String.join(", ", wrong.subList(0, Math.min(SHOWN_MAX, wrong.size())));
            findings.add(wrong.size() + " " + how + ": " + shown + (wrong.size() > SHOWN_MAX ? ", ..." : ""));
        }
    }
}
