package baton.server.sim.world;

import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Response;
import baton.server.sim.history.Operation;
import baton.server.sim.history.Operation.Form;
import java.util.ArrayList;
import java.util.List;

/** Notes which of the states that are worth getting to an answer shows. It judges nothing. */
final class AnswerNotes {
    private AnswerNotes() {}

    static void take(Operation operation, Run run) {
        if (operation.error() == ErrorCode.QUOTA_EXCEEDED.code()) {
            beyondLimits(operation, run);
        } else if (operation.response() instanceof Response.Multi multi
                && multi.results().contains(new MultiResult.Failed(ErrorCode.QUOTA_EXCEEDED))
                && !run.plan().has(Feature.QUOTAS)) {
            run.reach(Reached.EPHEMERAL_TOO_MANY_IN_A_MULTI);
        } else if (operation.error() == ErrorCode.NO_AUTH.code()) {
            run.reach(Reached.REFUSED_FOR_WANT_OF_A_RIGHT);
        } else if (operation.form() == Form.CUT_SHORT) {
            run.reach(Reached.REFUSED_AS_UNREADABLE);
        }
    }

    /** Notes what there is too much of, if it can only be one thing. */
    private static void beyondLimits(Operation operation, Run run) {
        if (operation.request().opCode().kind() == OpCode.Kind.READ) {
            run.reach(Reached.WATCH_TOO_MANY);
            return;
        }
        Plan plan = run.plan();
        List<Reached> causes = new ArrayList<>();
        if (plan.has(Fault.DISK_FULL) || plan.has(Fault.FULL_AT_SYNC)) {
            causes.add(Reached.REFUSED_FOR_SPACE);
        }
        if (plan.has(Feature.QUOTAS)) {
            causes.add(Reached.REFUSED_BY_A_QUOTA);
        }
        if (plan.has(Scarcity.EPHEMERALS)) {
            causes.add(Reached.EPHEMERAL_TOO_MANY);
        }
        if (plan.has(Scarcity.MEMORY)) {
            causes.add(Reached.TREE_TOO_LARGE);
        }
        if (causes.size() == 1) {
            run.reach(causes.get(0));
        }
    }
}
