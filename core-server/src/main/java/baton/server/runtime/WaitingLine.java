package baton.server.runtime;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Those who wait for something, in the order of arrival. Each stands in it once, however often it is added: else a line
 * that many say the same of would grow without bound, and everybody in it be served as often. Not thread-safe.
 */
final class WaitingLine<T> {
    private final Set<T> waiting = new LinkedHashSet<>();

    /** Puts it at the end; who stands in line already keeps the place. */
    void add(T newcomer) {
        waiting.add(newcomer);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    /** Lets everybody out of the line. */
    void clear() {
        waiting.clear();
    }

    /** Takes who has waited longest out of the line. */
    T takeFirst() {
        Iterator<T> first = waiting.iterator();
        T taken = first.next();
        first.remove();
        return taken;
    }
}
