package baton.shell.demo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the client got, by file: the first record of each, and every one that should not have come. */
final class Ledger {
    private final Map<String, Outcome> byFile = new LinkedHashMap<>();
    private final List<Outcome> repeated = new ArrayList<>();

    void enter(Outcome outcome) {
        if (byFile.putIfAbsent(outcome.file(), outcome) != null) {
            repeated.add(outcome);
        }
    }

    int size() {
        return byFile.size();
    }

    boolean has(String file) {
        return byFile.containsKey(file);
    }

    Collection<Outcome> outcomes() {
        return byFile.values();
    }

    /** Returns the records of tasks that were recorded before. */
    List<Outcome> repeated() {
        return List.copyOf(repeated);
    }
}
