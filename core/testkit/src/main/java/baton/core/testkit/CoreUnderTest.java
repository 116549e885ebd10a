package baton.core.testkit;

import baton.core.CoordinationCore;
import java.net.InetSocketAddress;

/** A store of its own for one class of contract tests, and the cores over it. */
public interface CoreUnderTest extends AutoCloseable {
    /** Where the store can be reached by the znode protocol, so that a proxy can stand in between. */
    InetSocketAddress address();

    /** Makes another core over the store, reached by way of the given address. */
    CoordinationCore open(InetSocketAddress via);

    /** Stops the store in order. */
    void stop();

    /** Starts the store again, at the same address with the same state. Returns once it serves. */
    void start();

    /** Stops the store for good and removes its files. */
    @Override
    void close();
}
