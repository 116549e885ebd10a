package baton.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The books of one client: the recipes that are open, whatever namespace they work in. Safe for use by many threads. */
final class OpenRecipes {
    private static final Logger log = LoggerFactory.getLogger(OpenRecipes.class);

    private final String clientId;
    private final Set<OpenRecipe> open = ConcurrentHashMap.newKeySet();
    /** Whether it was started, or somebody was told that it was not. */
    private final AtomicBoolean started = new AtomicBoolean();
    /** Writer: the closing client. */
    private volatile boolean closed;

    OpenRecipes(String clientId) {
        this.clientId = clientId;
    }

    /** @throws ClosedException if the client is closed */
    void add(OpenRecipe recipe) {
        ensureOpen();
        open.add(recipe);
        if (closed) {
            open.remove(recipe);
            ensureOpen();
        }
    }

    void remove(OpenRecipe recipe) {
        open.remove(recipe);
    }

    void started() {
        started.set(true);
    }

    /**
     * Says so, once, if the client was not started: then whoever waits for it may wait for ever.
     *
     * @throws ClosedException if the client is closed
     */
    void ensureRunning() {
        ensureOpen();
        // Whoever is the first to ask stands for all.
        if (started.compareAndSet(false, true)) {
            log.warn("not started client={}; what is asked of it waits for CoordinationClient.start()", clientId);
        }
    }

    void ensureOpen() {
        if (closed) {
            throw new ClosedException("client " + clientId);
        }
    }

    List<Description> describe() {
        List<Description> all = new ArrayList<>();
        open.forEach(recipe -> all.add(recipe.describe()));
        return all;
    }

    /** Closes all of them, and lets no other in. Completes when they have done what needs the session. */
    CompletableFuture<Void> close() {
        closed = true;
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (OpenRecipe recipe : open) {
            closing.add(recipe.clientCloses().toCompletableFuture());
        }
        open.clear();
        return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
                .exceptionally(failure -> null);
    }
}
