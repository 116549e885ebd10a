package baton.server.admin;

import baton.server.session.RateLimit.Budget;
import java.util.Optional;

/** What an answer takes of the server, and so how often it is given. What takes no more than a refusal always is. */
enum Cost {
    /** As much as clients have open, or hold: sessions, watches, ephemeral nodes. */
    EVERYTHING(new Budget(30, 1_000, 1)),
    /** A line for each client, or for each metric. */
    LINES(new Budget(50, 100, 1)),
    /** Some sums. */
    SUMS(new Budget(100, 10, 1));

    private final Budget budget;

    Cost(Budget budget) {
        this.budget = budget;
    }

    Budget budget() {
        return budget;
    }

    /** Returns the cost of a four-letter word, if it has one. */
    static Optional<Cost> ofWord(String word) {
        return switch (word) {
            case "cons", "dump", "wchc", "wchp", "wchs" -> Optional.of(EVERYTHING);
            case "stat" -> Optional.of(LINES);
            case "conf", "crst", "dirs", "envi", "hash", "mntr", "srst", "srvr" -> Optional.of(SUMS);
            default -> Optional.empty();
        };
    }

    /** Returns the cost of an administrator's command by its primary name, if it has one. */
    static Optional<Cost> ofCommand(String command) {
        return switch (command) {
            case "connections", "dump", "restore", "snapshot", "watches", "watches_by_path", "watch_summary" ->
                Optional.of(EVERYTHING);
            case "monitor", "stats" -> Optional.of(LINES);
            case "get_trace_mask", "is_read_only", "observer_connection_stat_reset", "ruok", "set_trace_mask" ->
                Optional.empty();
            default -> Optional.of(SUMS);
        };
    }
}
