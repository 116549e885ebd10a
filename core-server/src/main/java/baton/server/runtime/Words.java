package baton.server.runtime;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Answers the four-letter words that stand where a connection's first length should. Called on event loops. */
public interface Words {
    /** Returns the answer to the four bytes, or null if they are no word. Must not block. */
    @Nullable
    String answer(int first, InetAddress from);
}
