package baton.shell.demo;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The names of the tasks of a queue by where they stand in the store.
 *
 * @param waiting not handed out
 * @param assigned handed to a worker
 * @param finished with a final record
 * @param dead given up
 */
record QueueNodes(List<String> waiting, List<String> assigned, List<String> finished, List<String> dead) {
    QueueNodes {
        waiting = List.copyOf(waiting);
        assigned = List.copyOf(assigned);
        finished = List.copyOf(finished);
        dead = List.copyOf(dead);
    }

    /** Returns the tasks that stand in more than one place, which none ever should. */
    List<String> inSeveralPlaces() {
        Set<String> seen = new HashSet<>();
        return Stream.of(waiting, assigned, finished, dead)
                .flatMap(List::stream)
                .filter(each -> !seen.add(each))
                .toList();
    }
}
