package baton.server.sim.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What clients did and saw, and the log they did it to, until everything was replaced: then another one begins. */
public final class Era {
    /** The moment right behind a transaction. */
    public record Moment(Era era, long zxid) {}

    private final Chronicle chronicle;
    private final SpaceLooks space;
    private final @Nullable Moment origin;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Conversation> conversations = new ArrayList<>();

    /**
     * @param firstZxid that of the first transaction
     * @param space of the run: the disk stays what it is
     * @param origin of which moment the state is that it begins with, its sessions apart; null if it begins with nothing
     */
    Era(LongSupplier moments, long firstZxid, SpaceLooks space, @Nullable Moment origin) {
        this.chronicle = new Chronicle(moments, firstZxid);
        this.space = space;
        this.origin = origin;
    }

    public Chronicle chronicle() {
        return chronicle;
    }

    SpaceLooks space() {
        return space;
    }

    @Nullable
    Moment origin() {
        return origin;
    }

    List<Operation> operations() {
        return operations;
    }

    List<Conversation> conversations() {
        return conversations;
    }
}
