package baton.server.runtime;

import baton.protocol.OpCode;
import baton.server.tree.EphemeralUse;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a server counts, at one moment.
 *
 * @param received requests, pings among them
 * @param sent answers and watch events
 * @param outstanding requests not answered yet
 * @param times from the arrival of requests to the sending of their answers, in nanoseconds
 * @param rejected connections turned away because there were too many
 * @param nodes znodes, the root among them
 * @param contentBytes bytes in all paths and data
 * @param treeBytes how much memory the nodes take, roughly
 */
public record ServerNumbers(
        long received,
        long receivedBytes,
        long sent,
        long sentBytes,
        long outstanding,
        Map<OpCode, Distribution.Summary> times,
        AnswerBytes answers,
        int connections,
        long rejected,
        long lastZxid,
        int nodes,
        EphemeralUse ephemerals,
        int watches,
        int watchedPaths,
        int sessions,
        long contentBytes,
        long treeBytes,
        long uptimeMillis) {
    public ServerNumbers {
        times = new EnumMap<>(times);
    }

    /** Returns the times of all requests. */
    public Distribution.Summary latency() {
        return reads().plus(writes());
    }

    /** Returns the times of requests that change nothing. */
    public Distribution.Summary reads() {
        return all(false);
    }

    /** Returns the times of the others. */
    public Distribution.Summary writes() {
        return all(true);
    }

    /** Says whether requests for the operation go through the sequencer. */
    public static boolean isWrite(OpCode operation) {
        return operation.kind() == OpCode.Kind.WRITE || operation.kind() == OpCode.Kind.SYNC;
    }

    private Distribution.Summary all(boolean writes) {
        Distribution.Summary all = Distribution.Summary.NOTHING;
        for (Map.Entry<OpCode, Distribution.Summary> each : times.entrySet()) {
            if (isWrite(each.getKey()) == writes) {
                all = all.plus(each.getValue());
            }
        }
        return all;
    }

    /** Sizes of answers: of the last one, the smallest and the largest; -1 before the first. */
    public record AnswerBytes(int last, int min, int max) {}
}
