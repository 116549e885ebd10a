package baton.etcd.state;

import baton.core.Listing;
import baton.core.Ordering;
import baton.core.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The names of ordered entries on etcd: {@code <label><uuid of the attempt>}, of either shape. Their order is that of
 * their create revisions.
 */
public final class EntryNames {
    private static final int UUID_CHARS = 36;
    private static final int ORDER_BITS = 64;
    private static final Comparator<Listing.Entry> BY_ORDER = Comparator.<Listing.Entry>comparingInt(
                    entry -> entry.place().isPresent() ? 0 : 1)
            .thenComparingLong(entry -> entry.place().map(Place::order).orElse(0L))
            .thenComparing(Listing.Entry::name);

    private EntryNames() {}

    public static String name(Ordering ordering, UUID attempt) {
        return ordering.label() + attempt;
    }

    /** Where an entry stands; empty if its name is not that of an ordered one. */
    public static Optional<Place> place(String name, long createRevision) {
        int labelEnd = name.length() - UUID_CHARS;
        if (labelEnd < 1) {
            return Optional.empty();
        }
        String id = name.substring(labelEnd);
        try {
            UUID attempt = UUID.fromString(id);
            // What UUID reads is more than what it writes.
            return attempt.toString().equals(id)
                    ? Optional.of(new Place(name.substring(0, labelEnd), attempt, createRevision, ORDER_BITS))
                    : Optional.empty();
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    /**
     * Lists names as {@link Listing} wants them.
     *
     * @param createRevisions by name; zero for what is no node itself and only has some below it
     */
    public static Listing listing(Map<String, Long> createRevisions, long revision) {
        List<Listing.Entry> entries = new ArrayList<>(createRevisions.size());
        createRevisions.forEach((name, created) ->
                entries.add(new Listing.Entry(name, created == 0 ? Optional.empty() : place(name, created))));
        entries.sort(BY_ORDER);
        return new Listing(entries, revision);
    }
}
