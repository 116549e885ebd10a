package baton.server.runtime;

import java.net.InetAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers the four-letter words that stand where a connection's first length should. Called on event loops. */
public interface Words {
    /**
     * Returns how many bytes belong to the word and follow it: 0 for most, for what is no word, and for one that whoever is
     * there may not say, who then has his answer without them.
     */
    int argumentBytes(int first, InetAddress from);

    /**
     * Returns the answer to the four bytes, which may come later and on another thread, or null if they are no word. Must
     * not block.
     *
     * @param argument the number that follows the word, if any does
     */
    @Nullable
    CompletionStage<String> answer(int first, long argument, InetAddress from);
}
