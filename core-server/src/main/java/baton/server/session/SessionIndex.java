package baton.server.session;

import org.jspecify.annotations.Nullable;

/** Finds sessions by their numbers. Open-addressed, six to eleven bytes a session. */
final class SessionIndex {
    private static final int CAPACITY_MIN = 16;

    /** Spreads numbers that follow one another: the golden ratio of 64 bits. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private @Nullable Session[] slots = new Session[CAPACITY_MIN];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Session find(long id) {
        return slots[slotOf(id)];
    }

    /** Adds a session whose number is not there yet. */
    void add(Session session) {
        if (4 * (size + 1) > 3 * slots.length) {
            copy(2 * slots.length);
        }
        slots[slotOf(session.id())] = session;
        size++;
    }

    /** Removes a session that is there. */
    void remove(Session session) {
        delete(slotOf(session.id()));
        size--;
        if (slots.length > CAPACITY_MIN && 8 * size < slots.length) {
            copy(slots.length / 4);
        }
    }

    /** Returns where the session lies, or else the free slot that is its. */
    private int slotOf(long id) {
        int at = home(id);
        for (Session each = slots[at]; each != null && each.id() != id; each = slots[at]) {
            at = at + 1 & slots.length - 1;
        }
        return at;
    }

    private int home(long id) {
        return (int) (id * SPREAD >>> Long.SIZE / 2) & slots.length - 1;
    }

    private void delete(int at) {
        int mask = slots.length - 1;
        int gap = at;
        int next = gap + 1 & mask;
        for (Session each = slots[next]; each != null; each = slots[next]) {
            // It may move back, but not to before where the search for it begins.
            if ((next - home(each.id()) & mask) >= (next - gap & mask)) {
                slots[gap] = each;
                gap = next;
            }
            next = next + 1 & mask;
        }
        slots[gap] = null;
    }

    private void copy(int capacity) {
        @Nullable Session[] from = slots;
        slots = new Session[Math.max(CAPACITY_MIN, capacity)];
        for (Session each : from) {
            if (each != null) {
                slots[slotOf(each.id())] = each;
            }
        }
    }
}
