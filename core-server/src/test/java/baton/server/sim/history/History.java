package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.server.txn.LogSpace.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Everything the clients of a run did and saw, and the log they did it to: one {@link Era} behind the other. */
public final class History {
    private final LongSupplier nanos;
    private final List<Era> eras = new ArrayList<>();
    private final SpaceLooks space = new SpaceLooks();
    private long moment;

    /**
     * @param nanos tells the true time
     * @param firstZxid that of the first transaction
     */
    public History(LongSupplier nanos, long firstZxid) {
        this.nanos = nanos;
        eras.add(new Era(this::nextMoment, firstZxid, space, null));
    }

    /** Returns the present one. */
    public Era era() {
        return eras.get(eras.size() - 1);
    }

    public List<Era> eras() {
        return eras;
    }

    /**
     * Everything was replaced by what was there at a moment, without its sessions.
     *
     * @param zxid the last transaction of the new state; no client may have seen so much
     */
    public void replaced(Era.Moment by, long zxid) {
        long last = chronicle().lastZxid();
        check(zxid > last, "HC-3", "what has replaced everything is said to be of zxid %d, before was %d", zxid, last);
        eras.add(new Era(this::nextMoment, zxid + 1, space, by));
    }

    public Chronicle chronicle() {
        return era().chronicle();
    }

    /**
     * The server has taken up how much space the disk has.
     *
     * @param mildest the level that it must take it for at least, which refuses least
     * @param severest the level that it may take it for at most
     */
    public void spaceTakenUp(Level mildest, Level severest) {
        space.tookUp(nextMoment(), mildest, severest);
    }

    /** Says whether a write of a session was logged behind the moment. */
    public boolean wasLoggedAfter(long session, int xid, long moment) {
        return eras.stream().anyMatch(each -> each.chronicle().wasAppendedAfter(session, xid, moment));
    }

    /** Names the moment of a call or a return: the true time, but no two are the same. */
    public long nextMoment() {
        moment = Math.max(moment + 1, nanos.getAsLong());
        return moment;
    }

    /** Notes that an operation is sent. */
    public void sent(Operation operation) {
        operations().add(operation);
    }

    /** Begins what a client hears over a new connection, in whatever session. */
    public Conversation converse(String client, long session, Caller caller) {
        Conversation conversation = new Conversation(client, session, caller);
        conversations().add(conversation);
        return conversation;
    }

    /** Tells all of it: what clients asked and heard, what was logged, and what came over each connection. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        eras.forEach(each -> tell(each, lines));
        return lines;
    }

    private static void tell(Era era, List<String> lines) {
        lines.add("era from=" + era.origin());
        era.operations()
                .forEach(each -> lines.add("operation called=" + each.called() + " returned="
                        + (each.isAnswered() ? each.returned() : "never") + " " + each));
        Chronicle chronicle = era.chronicle();
        for (long zxid = chronicle.firstZxid(); zxid <= chronicle.lastZxid(); zxid++) {
            lines.add("log zxid=" + zxid + " " + chronicle.entry(zxid));
        }
        for (Conversation each : era.conversations()) {
            lines.add("connection of session=" + Long.toHexString(each.session()));
            each.receipts().forEach(receipt -> lines.add("  " + receipt));
        }
    }

    /** Counts the frames that clients have received. */
    public int answerCount() {
        return eras.stream()
                .flatMap(each -> each.conversations().stream())
                .mapToInt(each -> each.receipts().size())
                .sum();
    }

    /** Returns those of the present era, as the next. */
    public List<Operation> operations() {
        return era().operations();
    }

    List<Conversation> conversations() {
        return era().conversations();
    }
}
