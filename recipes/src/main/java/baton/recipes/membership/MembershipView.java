package baton.recipes.membership;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The members of a group at one moment, as one client saw it.
 *
 * @param members by id, in the order of ids
 * @param revision grows from one view of a client to its next
 * @param stale whether members may have come and gone since without word
 * @param age for how long it has been stale; zero if it is not
 */
public record MembershipView(Map<String, Member> members, long revision, boolean stale, Duration age) {
    public MembershipView {
        members = Collections.unmodifiableMap(new TreeMap<>(members));
    }

    /** The member of that id, if it is in the group. */
    public Optional<Member> find(String id) {
        return Optional.ofNullable(members.get(id));
    }

    public int size() {
        return members.size();
    }
}
