package baton.recipes.membership;

import java.util.Set;

/** Hears of a group, on the listener executor or one of its own, one call at a time, in order. */
@FunctionalInterface
public interface MembershipListener {
    /**
     * Members came, went or changed; what happens within 20 ms comes in one call.
     *
     * @param updated those with another payload, and those who left and came back unseen: these have another
     *     incarnation
     */
    void changed(
            MembershipView before, MembershipView after, Set<Member> joined, Set<Member> left, Set<Member> updated);

    /** The view has been stale for longer than the stale limit. Once each time. */
    default void viewExpired(MembershipView last) {}

    /** Somebody else is in the group under our id. We wait until they are gone. */
    default void duplicate(DuplicateMemberException cause) {}
}
