package baton.samples.spring;

import baton.recipes.FencingToken;
import baton.spring.lock.DistributedLock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Closes an invoice on one instance at a time. */
@Component
public class Invoices {
    /** Stands for a table: {@code UPDATE invoice SET closed = ?, token = :t WHERE id = :id AND token <= :t}. */
    private final Map<Long, FencingToken> closed = new ConcurrentHashMap<>();

    /** Callers pass null for the token; the guard fills it. */
    @DistributedLock(key = "'invoice-' + #id", waitFor = "5s")
    public FencingToken close(long id, @Nullable FencingToken token) {
        FencingToken held = Objects.requireNonNull(token, "called on this instead of the bean?");
        // Refuses a smaller token: whoever comes with one lost the lock without knowing.
        return closed.merge(id, held, (seen, mine) -> {
            if (mine.compareTo(seen) < 0) {
                throw new IllegalStateException("invoice " + id + " was closed under token " + seen.value());
            }
            return mine;
        });
    }
}
