package baton.server.tree;

import java.nio.ByteBuffer;

/** Knows which of the memory that is lent nobody has any more. For one thread. */
public interface Loans {
    /** Takes note of memory from now on. */
    void made(ByteBuffer memory);

    /** Returns how many bytes of it were noticed to be free since it was asked the last time. */
    long returnedBytes();
}
