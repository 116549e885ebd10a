package baton.core.testkit;

import baton.core.CoordinationCore;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A store of its own for one class of contract tests, and the cores over it. */
public interface CoreUnderTest extends AutoCloseable {
    /** Where the store can be reached, so that a proxy can stand in between. */
    InetSocketAddress address();

    /** Makes another core over the store, reached by way of the given address. */
    CoordinationCore open(InetSocketAddress via);

    /** Makes a way to the store that can be broken; one for znode stores unless a core says otherwise. */
    default FaultyLink faultyLink() {
        return FaultProxy.to(address());
    }

    /**
     * Whether the store is a tree: a directory is a node of its own, which a child needs and which cannot be deleted
     * while it has one, and a replaced node is created anew.
     */
    default boolean isTree() {
        return true;
    }

    /** How many watches the store keeps for its clients; empty if it does not count them. */
    default Optional<Long> registrations() {
        return FourLetterWord.metric(address(), "zk_watch_count");
    }

    /** Makes the store forget its history, so that nobody can look at changes of the past; false if it keeps none. */
    default boolean forgetHistory() {
        return false;
    }

    /** Stops the store in order. */
    void stop();

    /** Starts the store again, at the same address with the same state. Returns once it serves. */
    void start();

    /** Stops the store for good and removes its files. */
    @Override
    void close();
}
