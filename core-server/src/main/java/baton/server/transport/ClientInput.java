package baton.server.transport;

import baton.protocol.WireReader;
import java.nio.ByteBuffer;

/**
 * What is done with the bytes of one connection. Called on the connection's loop only, and never again after
 * {@link #closed}.
 */
public interface ClientInput {
    /** Bytes have arrived. Comes before what is made of them, once for all that arrived together. */
    void heard();

    /**
     * Shows what is about to be offered frame by frame, if it is more than one: who wants to can make ready for them
     * together.
     *
     * @param bytes of frames, each behind its length; nothing is sure about them, and the last may be cut off. Valid during
     *     the call only
     * @return how many frames need not be shown again
     */
    int ahead(ByteBuffer bytes);

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
     * @return false if it cannot be taken yet: it is offered again after {@link ClientChannel#resume}, and no more than some
     *     kilobytes are read from the socket meanwhile
     */
    boolean frame(WireReader frame);

    /** Comes behind each row of {@link #frame}s that were offered one after the other. */
    void offered();

    /** Returns how many bytes, at most eight, belong to the word that stands where a length should, and follow it. */
    int argumentBytes(int first);

    /**
     * Takes the word that stands where a length should, if it is one and this connection may still say it. Then nothing
     * more is read, and the connection is to be closed with the answer.
     *
     * @param first the four bytes
     * @param argument the number in the bytes that follow, if any belong to it
     * @return false if it is not a word
     */
    boolean word(int first, long argument);

    /** The client says no more, though some of what it said may still wait to be taken. May come more than once. */
    void leaving();

    /**
     * The client says no more, and everything whole that it said was taken. It may still listen: the connection is to be
     * closed behind the answers it is owed. May come more than once.
     */
    void ended();

    /** Nobody is there any more. What was received whole and had to wait is offered for the last time, then comes {@link #closed}. */
    void lost();

    /** The connection is about to be closed, for the client does not take what is sent to it. */
    void givenUp();

    /** The connection is gone, from whichever side. */
    void closed();

    /** Makes the inputs of new connections. */
    @FunctionalInterface
    interface Factory {
        /** Called once for each accepted connection, on its loop, before anything is read from it. */
        ClientInput open(ClientChannel channel);
    }
}
