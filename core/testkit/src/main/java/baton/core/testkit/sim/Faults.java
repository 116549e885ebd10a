package baton.core.testkit.sim;

import baton.core.TriggerReason;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** What can go wrong, on order. Clients are named as their core is. In real time a fault has happened when its method returns. */
public final class Faults {
    private final SimulatedStore store;

    Faults(SimulatedStore store) {
        this.store = store;
    }

    /** The next request of this kind, whoever sends it, is served; its reply is lost with the connection. */
    public void dropNextReply(OpKind kind) {
        look(() -> store.dropReplyOf(kind));
    }

    /** Cuts a client's connection, and lets it reconnect after a while. */
    public void cut(String client, Duration span) {
        each(client, session -> session.cut(span));
    }

    /** For a while a client reaches only servers without a quorum. */
    public void readOnly(String client, Duration span) {
        each(client, session -> session.readOnly(span));
    }

    /** Swallows what a client and the store send each other for a while; the client notices by itself. */
    public void blackhole(String client, Duration span) {
        each(client, session -> session.blackhole(span));
    }

    /** Every message on a client's present connection takes this much longer. */
    public void delay(String client, Duration extra) {
        each(client, session -> session.delay(extra));
    }

    /** The store ends a client's session. */
    public void expire(String client) {
        each(client, session -> store.endSession(session.server()));
    }

    /**
     * For a while the store demands an identity that a client does not have: it opens sessions, and turns the client away
     * at the first request of each. What it opened stays until it expires.
     */
    public void turnAway(String client, Duration span) {
        look(() -> store.cores().stream()
                .filter(core -> core.name().equals(client))
                .forEach(core -> core.turnAway(span)));
    }

    /** After its next reconnect a client reads from a replica that knows nothing newer than the cut, until it settles. */
    public void lagAfterReconnect(String client) {
        each(client, SimulatedSession::lagAfterReconnect);
    }

    /** Every trigger of a client fires, although nothing changed. */
    public void spuriousTriggers(String client) {
        each(client, session -> session.server().fireAll(TriggerReason.CHANGED));
    }

    /** The store loses every trigger of a client, and says so. */
    public void loseTriggers(String client) {
        each(client, session -> session.server().fireAll(TriggerReason.LOST_TRACK));
    }

    /** The store is away for a while; sessions get their full timeout when it is back. */
    public void restart(Duration span) {
        look(() -> {
            store.goDown(span);
            store.cores().forEach(core -> core.sessions().forEach(session -> session.cut(span)));
        });
    }

    /** The store that {@link #restart} took away is back before its time. */
    public void comeBack() {
        look(() -> {
            store.comeBack();
            store.cores().forEach(core -> List.copyOf(core.sessions()).forEach(SimulatedSession::reconnect));
        });
    }

    /** The store stands still for a while, and then expires what it has not heard of. */
    public void pause(Duration span) {
        look(() -> store.pause(span));
    }

    private void each(String client, Consumer<SimulatedSession> fault) {
        look(() -> store.cores().stream()
                .filter(core -> core.name().equals(client))
                .flatMap(core -> core.sessions().stream())
                .toList()
                .forEach(fault));
    }

    private void look(Runnable fault) {
        store.timeline().look(() -> {
            fault.run();
            return store;
        });
    }
}
