package baton.server.transport;

import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/**
 * Ends a server that nobody can rely on any more, told by whoever else would only give up what it was at: a connection, an
 * answer. Whatever was in the middle of something when memory or a stack ran out, or when a class was not there, may have left
 * it half done. Called on any thread.
 */
@FunctionalInterface
public interface LastResort {
    /** The server must not go on. */
    void failed(Throwable cause);

    /**
     * Ends the server if memory ran out, be it that of the heap, of buffers or for another thread; or a thread's stack; or if
     * the installation lacks something. Else does nothing.
     */
    default void lookAt(@Nullable Throwable failure) {
        // What others wrap they wrap once or twice; a longer chain may be a circle.
        Throwable each = failure;
        boolean isDecoding = false;
        for (int depth = 0; each != null && depth < 8; depth++) {
            isDecoding |= each instanceof DecoderException;
            if (isFatal(each, isDecoding)) {
                failed(each);
                return;
            }
            each = each.getCause();
        }
    }

    // No request is deep enough for any stack; but the JDK reads what a certificate nests by recursion, of which a
    // stranger
    // may send much, and looks for what a certificate names. That leaves nothing of ours half done, and must not be a
    // way to
    // end the server.
    private static boolean isFatal(Throwable failure, boolean isDecoding) {
        boolean isOfCode = failure instanceof StackOverflowError || failure instanceof LinkageError;
        return isOfCode ? !isDecoding : failure instanceof VirtualMachineError;
    }
}
