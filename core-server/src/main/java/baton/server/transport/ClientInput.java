package baton.server.transport;

import baton.protocol.WireReader;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the bytes of one connection. Called on the connection's loop only, and never again after
 * {@link #closed}.
 */
public interface ClientInput {
    /** Bytes have arrived. Comes before what is made of them, once for all that arrived together. */
    void heard();

    /**
     * The client has proved by a certificate who it is. Comes before the first frame, if at all.
     *
     * @param subject the name in the verified certificate, as RFC 2253 writes it
     */
    void certified(String subject);

    /**
     * Takes a whole frame, without its length.
     *
     * @param frame reads the frame and nothing else; valid during the call only
     * @return false if it cannot be taken yet: it is offered again after {@link ClientChannel#resume}, and nothing more
     *     is read from the socket meanwhile
     */
    boolean frame(WireReader frame);

    /**
     * Answers the word that stands where a length should, if it is one and this connection may still say it.
     *
     * @param first the four bytes
     * @return the answer, after which the connection is closed; or null if it is not a word
     */
    @Nullable
    String word(int first);

    /** The connection is gone, from whichever side. */
    void closed();

    /** Makes the inputs of new connections. */
    @FunctionalInterface
    interface Factory {
        /** Called once for each accepted connection, on its loop, before anything is read from it. */
        ClientInput open(ClientChannel channel);
    }
}
