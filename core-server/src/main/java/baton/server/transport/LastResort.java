package baton.server.transport;

import org.jspecify.annotations.Nullable;

/**
 * Ends a server that nobody can rely on any more, told by whoever else would only give up what it was at: a connection, an
 * answer. Whatever was in the middle of something when memory ran out may have left it half done. Called on any thread.
 */
@FunctionalInterface
public interface LastResort {
    /** The server must not go on. */
    void failed(Throwable cause);

    /** Ends the server if memory ran out, be it that of the heap, of buffers or for another thread; else does nothing. */
    default void lookAt(@Nullable Throwable failure) {
        // What others wrap they wrap once or twice; a longer chain may be a circle.
        Throwable each = failure;
        for (int depth = 0; each != null && depth < 8; depth++) {
            if (each instanceof OutOfMemoryError) {
                failed(each);
                return;
            }
            each = each.getCause();
        }
    }
}
