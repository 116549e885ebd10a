package baton.server.sim.world;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * What a server has answered each session, to make it look as if it answered out of an old state: with something that was true,
 * at a zxid at which it was true, for a connection to which that is no step back by its answers alone.
 */
final class EarlierAnswers {
    private static final int XID_AT = 4;
    private static final int ZXID_AT = 8;

    /** What one session knows. */
    private static final class Known {
        private final Map<String, byte[]> answers = new HashMap<>();
        private long answeredZxid;
        private long toldZxid;
    }

    private final Defect defect;
    private final Map<Long, Known> known = new HashMap<>();

    EarlierAnswers(Defect defect) {
        this.defect = defect;
    }

    private Known of(long session) {
        return known.computeIfAbsent(session, each -> new Known());
    }

    /** A session is told of an event. */
    void told(long session, byte[] frame) {
        of(session).toldZxid = Math.max(of(session).toldZxid, zxidOf(frame));
    }

    /**
     * A session is answered.
     *
     * @param question the same for the same request; empty for what must not be answered twice
     * @param newestHere what this connection has been answered or told
     * @return what it gets
     */
    byte[] answered(long session, String question, byte[] frame, long newestHere) {
        Known all = of(session);
        byte[] before = question.isEmpty() ? null : all.answers.put(question, frame);
        if (before != null && isGood(all, zxidOf(before), newestHere)) {
            byte[] again = before.clone();
            ByteBuffer.wrap(again).putInt(XID_AT, ByteBuffer.wrap(frame).getInt(XID_AT));
            all.answers.put(question, before);
            return again;
        }
        all.answeredZxid = Math.max(all.answeredZxid, zxidOf(frame));
        return frame;
    }

    private boolean isGood(Known all, long zxid, long newestHere) {
        return switch (defect) {
            case READ_FROM_BEFORE_AN_EVENT -> zxid >= all.answeredZxid && zxid < all.toldZxid;
            case READ_FROM_BEFORE_A_RETURN -> zxid >= newestHere && zxid < all.answeredZxid;
            default -> false;
        };
    }

    static long zxidOf(byte[] frame) {
        return ByteBuffer.wrap(frame).getLong(ZXID_AT);
    }
}
