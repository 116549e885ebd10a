package baton.server.runtime;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a loop, each of which knows its place in an array without holes: whoever leaves is replaced by the last
 * one. So a connection takes five to eight bytes. For the loop alone, except where it says otherwise.
 *
 * @param <C> the connections, told apart by identity
 */
final class LoopRoster<C extends LoopRoster.Member> {
    /** Who has a place. */
    interface Member {
        int place();

        void moveTo(int place);
    }

    private static final int CAPACITY_MIN = 16;

    // Replaced by the loop.
    private volatile AtomicReferenceArray<@Nullable C> places = new AtomicReferenceArray<>(CAPACITY_MIN);

    private int size;

    void add(C connection) {
        if (size == places.length()) {
            resize(size + size / 2);
        }
        put(size, connection);
        size++;
    }

    void remove(C connection) {
        size--;
        C last = places.getPlain(size);
        if (last != null && last != connection) {
            // Before it leaves its own place: else somebody might see it nowhere.
            put(connection.place(), last);
        }
        places.setRelease(size, null);
        if (places.length() > CAPACITY_MIN && size < places.length() / 4) {
            resize(places.length() / 2);
        }
    }

    void forEach(Consumer<C> action) {
        for (int i = 0; i < size; i++) {
            C each = places.getPlain(i);
            if (each != null) {
                action.accept(each);
            }
        }
    }

    /**
     * Returns the connections; of those that come or go meanwhile some. Callable from any thread.
     *
     * <p>Looks from the end, as those that change their place move towards the beginning: so none is missed.
     */
    Set<C> copy() {
        AtomicReferenceArray<@Nullable C> now = places;
        Set<C> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = now.length() - 1; i >= 0; i--) {
            C each = now.getAcquire(i);
            if (each != null) {
                seen.add(each);
            }
        }
        return seen;
    }

    private void put(int place, C connection) {
        places.setRelease(place, connection);
        connection.moveTo(place);
    }

    private void resize(int capacity) {
        AtomicReferenceArray<@Nullable C> next = new AtomicReferenceArray<>(capacity);
        for (int i = 0; i < size; i++) {
            next.setPlain(i, places.getPlain(i));
        }
        places = next;
    }
}
