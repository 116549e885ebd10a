package baton.recipes.sim;

import baton.core.CoordinationCore;
import baton.core.CoreSession;
import baton.core.Created;
import baton.core.NodeStat;
import java.lang.reflect.Method;
import java.util.concurrent.CompletionStage;

/** A core that brings back a known bug, of which the recipes above it know nothing. */
public final class DefectiveCore extends WrappedCore {
    /** Known bugs of those who hold something. */
    public enum Defect {
        NONE,
        /** PD-34: tokens are numbers of the sequence, which wraps, instead of revisions. */
        TOKEN_FROM_THE_SEQUENCE,
        /**
         * PD-35: a grant is valid beyond the store's deadline. Half a second too much would not do it: a lease takes two thirds
         * of the timeout, the store waits for the whole. Nor is there harm while the holder runs, whose session gives itself up
         * by a timer when the store may have ended it. One who is paused has nothing but the lease.
         */
        LEASE_OUTLIVES_THE_SESSION
    }

    private static final int DIGITS = 10;

    private final Defect defect;

    public DefectiveCore(CoordinationCore core, Defect defect) {
        super(core);
        this.defect = defect;
    }

    @Override
    Object called(CoreSession session, Method method, Object[] arguments) throws Throwable {
        Object answer = passedOn(session, method, arguments);
        if (defect == Defect.LEASE_OUTLIVES_THE_SESSION && method.getName().equals("leaseDeadlineNanos")) {
            return (Long) answer + session.timeout().toNanos() / 2;
        }
        if (defect == Defect.TOKEN_FROM_THE_SEQUENCE && answer instanceof CompletionStage<?> stage) {
            return stage.thenApply(each -> each instanceof Created created ? numbered(created) : each);
        }
        return answer;
    }

    private static Created numbered(Created created) {
        NodeStat stat = created.stat();
        NodeStat numbered = new NodeStat(
                sequenceOf(created.path().name()),
                stat.modRev(),
                stat.dataVersion(),
                stat.owner(),
                stat.dataLength(),
                stat.childCount());
        return new Created(created.path(), numbered);
    }

    private static long sequenceOf(String name) {
        int digits = name.length() - DIGITS;
        String number = digits < 0 ? "" : name.substring(digits);
        if (!number.matches("\\d+")) {
            return 0;
        }
        return name.startsWith("--", digits - 2) ? -Long.parseLong(number) : Long.parseLong(number);
    }
}
