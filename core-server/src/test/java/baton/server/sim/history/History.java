package baton.server.sim.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Everything the clients of a run did and saw, and the log they did it to. */
public final class History {
    private final LongSupplier nanos;
    private final Chronicle chronicle;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Conversation> conversations = new ArrayList<>();
    private long moment;

    /**
     * @param nanos tells the true time
     * @param firstZxid that of the first transaction
     */
    public History(LongSupplier nanos, long firstZxid) {
        this.nanos = nanos;
        this.chronicle = new Chronicle(this::nextMoment, firstZxid);
    }

    public Chronicle chronicle() {
        return chronicle;
    }

    /** Names the moment of a call or a return: the true time, but no two are the same. */
    public long nextMoment() {
        moment = Math.max(moment + 1, nanos.getAsLong());
        return moment;
    }

    /** Notes that an operation is sent. */
    public void sent(Operation operation) {
        operations.add(operation);
    }

    /** Begins what a client hears over a new connection. */
    public Conversation converse(long session, Caller caller) {
        Conversation conversation = new Conversation(session, caller);
        conversations.add(conversation);
        return conversation;
    }

    /** Tells all of it: what clients asked and heard, what was logged, and what came over each connection. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        operations.forEach(each -> lines.add("operation called=" + each.called() + " returned="
                + (each.isAnswered() ? each.returned() : "never") + " " + each));
        for (long zxid = chronicle.firstZxid(); zxid <= chronicle.lastZxid(); zxid++) {
            lines.add("log zxid=" + zxid + " " + chronicle.entry(zxid));
        }
        for (Conversation each : conversations) {
            lines.add("connection of session=" + Long.toHexString(each.session()));
            each.receipts().forEach(receipt -> lines.add("  " + receipt));
        }
        return lines;
    }

    /** Counts the frames that clients have received. */
    public int answerCount() {
        return conversations.stream().mapToInt(each -> each.receipts().size()).sum();
    }

    public List<Operation> operations() {
        return operations;
    }

    List<Conversation> conversations() {
        return conversations;
    }
}
