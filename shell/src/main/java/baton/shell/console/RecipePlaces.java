package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import baton.recipes.survey.ForeignTicket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Where recipes of a kind are, for completion: found by the names of what is in them, which is quick and good enough for
 * a guess. Looks no longer than a moment, at the upper nodes first.
 */
final class RecipePlaces {
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int DIRECTORIES_MAX = 1_000;

    private static final Pattern LOCK = Pattern.compile("_c_.{36}-(lock-|__READ__|__WRIT__)-?\\d{9,10}");
    private static final Pattern LATCH = Pattern.compile("_c_.{36}-latch--?\\d{9,10}");
    private static final Predicate<List<String>> HAS_LOCKS = names ->
            names.stream().anyMatch(LOCK.asMatchPredicate().or(name -> isForeign(name, ForeignTicket::isForLock)));
    private static final Predicate<List<String>> HAS_LATCHES = names -> names.stream()
            .anyMatch(LATCH.asMatchPredicate().or(name -> isForeign(name, ticket -> !ticket.isForLock())));
    private static final Predicate<List<String>> IS_QUEUE =
            names -> names.contains("tasks") && (names.contains("election") || names.contains("workers"));

    private static final Map<String, Predicate<List<String>>> KINDS = Map.of(
            "locks", HAS_LOCKS,
            "leaders", HAS_LATCHES,
            "queues", IS_QUEUE,
            "workers", IS_QUEUE,
            "tasks", IS_QUEUE);

    private final Predicate<List<String>> kind;

    private RecipePlaces(Predicate<List<String>> kind) {
        this.kind = kind;
    }

    private static boolean isForeign(String name, Predicate<ForeignTicket> wanted) {
        return ForeignTicket.of(name).filter(wanted).isPresent();
    }

    /** Returns the places that a command is about; empty if it is not about a recipe that has a look of its own. */
    static Optional<RecipePlaces> of(String command) {
        return Optional.ofNullable(KINDS.get(command)).map(RecipePlaces::new);
    }

    List<String> below(String top, ZnodeShell shell) {
        List<String> found = new ArrayList<>();
        Deque<String> ahead = new ArrayDeque<>(List.of(top));
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (int looked = 0; looked < DIRECTORIES_MAX && !ahead.isEmpty(); looked++) {
            String directory = ahead.poll();
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            List<String> names = shell.connection()
                                    .glimpse(new Request.GetChildren(directory, false))
                                    .orElse(null)
                            instanceof Response.Children children
                    ? children.names()
                    : List.of();
            if (kind.test(names)) {
                found.add(directory);
            } else {
                names.stream()
                        .sorted()
                        .map(name -> Subtree.child(directory, name))
                        .filter(path -> !ExportVerb.isReserved(path))
                        .forEach(ahead::add);
            }
        }
        return found;
    }
}
