package baton.recipes.contend;

import baton.core.Listing;
import baton.core.NodePath;
import baton.core.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/** The tickets before one's own, from a listing of one's own. */
final class ListedAhead implements Ahead {
    private final ContendSpec spec;
    private final UUID attempt;
    private final ForeignEntries foreign;
    /** Those that count, nearest last. */
    private final Deque<NodePath> blockers = new ArrayDeque<>();

    ListedAhead(ContendSpec spec, UUID attempt, ForeignEntries foreign) {
        this.spec = spec;
        this.attempt = attempt;
        this.foreign = foreign;
    }

    @Override
    public boolean read(Optional<Listing> names) {
        blockers.clear();
        Optional<Place> mine = names.flatMap(listing -> listing.madeBy(attempt)).flatMap(Listing.Entry::place);
        if (mine.isEmpty()) {
            return false;
        }
        for (Listing.Entry entry : names.orElseThrow().entries()) {
            if (entry.place().isEmpty()
                    || !spec.rule().knows(entry.place().get().label())) {
                foreign.report(entry);
            } else if (entry.place().get().isBefore(mine.get())
                    && spec.rule().blocks(mine.get(), entry.place().get())) {
                blockers.addLast(spec.directory().child(entry.name()));
            }
        }
        return true;
    }

    @Override
    public Optional<NodePath> nearest() {
        return Optional.ofNullable(blockers.peekLast());
    }

    @Override
    public void gone(NodePath ticket) {
        blockers.removeLastOccurrence(ticket);
    }

    @Override
    public int count() {
        return blockers.size();
    }

    @Override
    public boolean needsListing() {
        return blockers.size() > 1;
    }
}
