package baton.recipes.queue;

import baton.core.Expect;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodeStat;
import baton.core.Txn;
import baton.recipes.CodecException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Removes the results that have been kept for as long as the queue says. Confined to the strand. */
final class KeptResults {
    private static final int READS_MAX = 64;

    private final MasterTerm term;
    private final Map<String, Kept> kept = new HashMap<>();
    private boolean sweeping;

    KeptResults(MasterTerm term) {
        this.term = term;
    }

    /** A result that is kept, and until when. */
    private record Kept(long untilMillis, NodeStat stat, String keyHash) {}

    void sweep() {
        if (sweeping) {
            return;
        }
        sweeping = true;
        term.step(
                term.repeatable(core -> core.list(term.layout().statuses())),
                listing -> sweep(listing.map(Listing::entries).orElse(List.of())),
                failure -> sweeping = false);
    }

    private void sweep(List<Listing.Entry> entries) {
        sweeping = false;
        long now = term.runtime().scheduler().wallMillis();
        Set<String> names = new HashSet<>();
        int reads = 0;
        for (Listing.Entry entry : entries) {
            names.add(entry.name());
            Kept known = kept.get(entry.name());
            if (known != null && known.untilMillis() <= now) {
                expire(entry.name(), known);
            } else if (known == null && reads < READS_MAX) {
                reads++;
                term.step(
                        term.repeatable(core -> core.read(term.layout().status(entry.name()))),
                        found -> found.ifPresent(this::keep));
            }
        }
        kept.keySet().retainAll(names);
    }

    private void keep(Node status) {
        long ttl = term.settings().statusTtl().toMillis();
        try {
            ResultEnvelope result = ResultEnvelope.decode(status.data());
            kept.put(status.path().name(), new Kept(result.finishedMillis() + ttl, status.stat(), result.keyHash()));
        } catch (CodecException foreign) {
            kept.put(status.path().name(), new Kept(term.runtime().scheduler().wallMillis() + ttl, status.stat(), ""));
        }
    }

    private void expire(String task, Kept old) {
        kept.remove(task);
        Txn txn = Txn.builder()
                .require(term.ticketPath())
                .delete(term.layout().status(task), Expect.unchanged(old.stat()))
                .build();
        term.step(term.transact(txn, core -> CompletableFuture.completedFuture(Optional.empty())), outcome -> {
            if (outcome.refused().isEmpty() && !old.keyHash().isEmpty()) {
                term.step(
                        term.repeatable(core -> core.delete(term.layout().key(old.keyHash()), Expect.ANY)),
                        deleted -> {});
            }
        });
    }
}
