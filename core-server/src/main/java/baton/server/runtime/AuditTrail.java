package baton.server.runtime;

import baton.protocol.Request;
import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has the {@link AuditLog} tell of all changes in the order of the log: of each once it is durable, and before anybody can
 * see it or is answered. What is refused without a place in the log comes behind what was asked before it.
 *
 * <p>Belongs to the sequencer, which waits for whoever takes the lines: an audit that cannot be written holds up all
 * writes, and reads where the sequencer has its turns on the loop that answers them.
 */
final class AuditTrail {
    /** What is to be told once the transaction is durable. */
    private record Line(long zxid, Runnable telling) {}

    private final AuditLog log;
    private final ArrayDeque<Line> untold = new ArrayDeque<>();
    private long toldZxid;

    /** @param toldZxid up to where nothing is to be told any more */
    AuditTrail(AuditLog log, long toldZxid) {
        this.log = log;
        this.toldZxid = toldZxid;
    }

    /**
     * A client asked for something.
     *
     * @param effects what comes of it
     * @param lastZxid the transaction proposed last, which is the one that was made of the request if one was
     */
    void asked(Event.Requested requested, List<Effect> effects, long lastZxid) {
        Request request = requested.request();
        if (request instanceof Request.Sync || request instanceof Request.CloseSession) {
            return;
        }
        InetAddress address = ((LoopConnection) requested.from()).address();
        Txn became = proposedIn(effects);
        add(lastZxid, () -> log.asked(requested, address, became));
    }

    private static @Nullable Txn proposedIn(List<Effect> effects) {
        for (Effect each : effects) {
            if (each instanceof Effect.Append append) {
                return append.entry().txn();
            }
        }
        return null;
    }

    /** A transaction was proposed; if no client has just asked for it, nodes vanish with their session or by themselves. */
    void proposed(TxnEntry entry) {
        boolean isAskedFor = !untold.isEmpty() && untold.getLast().zxid == entry.zxid();
        if (!isAskedFor) {
            add(entry.zxid(), () -> log.vanished(entry));
        }
    }

    private void add(long zxid, Runnable telling) {
        untold.add(new Line(zxid, telling));
        tell(toldZxid);
    }

    /** Tells of everything up to the transaction, which is durable. */
    void tell(long durableZxid) {
        toldZxid = durableZxid;
        while (!untold.isEmpty() && untold.getFirst().zxid <= durableZxid) {
            untold.removeFirst().telling.run();
        }
    }
}
