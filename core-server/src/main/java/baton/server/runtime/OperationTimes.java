package baton.server.runtime;

import baton.protocol.OpCode;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * How long requests took, by their operation. One thread writes; any may {@linkplain #addTo look} and {@linkplain #reset
 * reset}. An operation that nobody asks for costs nothing.
 */
final class OperationTimes {
    private static final OpCode[] OPERATIONS = OpCode.values();

    private final AtomicReferenceArray<@Nullable Distribution> byOperation =
            new AtomicReferenceArray<>(OPERATIONS.length);

    void record(OpCode operation, long nanos, int requests) {
        int at = operation.ordinal();
        Distribution times = byOperation.getPlain(at);
        if (times == null) {
            times = new Distribution();
            byOperation.setRelease(at, times);
        }
        times.record(nanos, requests);
    }

    /** Adds what was measured so far to what others have. */
    void addTo(Map<OpCode, Distribution.Summary> sums) {
        for (OpCode each : OPERATIONS) {
            Distribution times = byOperation.getAcquire(each.ordinal());
            if (times != null) {
                sums.merge(each, times.summary(), Distribution.Summary::plus);
            }
        }
    }

    void reset() {
        for (OpCode each : OPERATIONS) {
            Distribution times = byOperation.getAcquire(each.ordinal());
            if (times != null) {
                times.reset();
            }
        }
    }
}
