package baton.core;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The direct children of a directory at one revision.
 *
 * @param entries those with a {@link Place} first, in the order in which the store created them; then the others,
 *     by name
 * @param dirRev revision of the last change among the children, or where the store does not keep that, the one at which
 *     they were listed
 */
public record Listing(List<Entry> entries, long dirRev) {
    public Listing {
        entries = List.copyOf(entries);
    }

    /** A child. It has a place if its name follows the grammar of an ordered create, whoever made it. */
    public record Entry(String name, Optional<Place> place) {}

    /** The entry that the attempt made, if it is there. */
    public Optional<Entry> madeBy(UUID attempt) {
        return entries.stream()
                .filter(entry ->
                        entry.place().filter(p -> p.attempt().equals(attempt)).isPresent())
                .findFirst();
    }
}
