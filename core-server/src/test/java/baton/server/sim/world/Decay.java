package baton.server.sim.world;

import java.util.Arrays;

/**
 * What became of the bytes of a file that nobody wrote to, and no error said so: rule DSK-5. Some of the damage is gone when
 * something is written over it.
 */
final class Decay {
    private enum Kind {
        BITS_FLIPPED,
        SECTOR_ZEROED,
        /** What was meant for another sector was written to this one, too. */
        SECTOR_OF_ELSEWHERE,
        ALL_ZEROED
    }

    private static final int BITS_MAX = 8;

    private final Kind kind;
    private final byte[] sound;
    private final byte[] decayed;

    private Decay(Kind kind, byte[] sound, byte[] decayed) {
        this.kind = kind;
        this.sound = sound;
        this.decayed = decayed;
    }

    /** Draws what becomes of the bytes; it may be nothing. */
    static Decay of(byte[] sound, int sectorBytes, Chance chance) {
        Kind kind = Kind.values()[chance.below(Kind.values().length)];
        byte[] decayed = sound.clone();
        if (sound.length > 0) {
            int sectors = (sound.length + sectorBytes - 1) / sectorBytes;
            int begin = chance.below(sectors) * sectorBytes;
            int end = Math.min(sound.length, begin + sectorBytes);
            switch (kind) {
                case BITS_FLIPPED -> {
                    decayed[begin + chance.below(end - begin)] ^= (byte) (1 << chance.below(Byte.SIZE));
                    Chance more = chance.fork("more bits");
                    for (int i = more.oneIn(2) ? 0 : more.below(BITS_MAX); i > 0; i--) {
                        decayed[begin + more.below(end - begin)] ^= (byte) (1 << more.below(Byte.SIZE));
                    }
                }
                case SECTOR_ZEROED -> Arrays.fill(decayed, begin, end, (byte) 0);
                case SECTOR_OF_ELSEWHERE -> {
                    int other = chance.below(sectors) * sectorBytes;
                    System.arraycopy(sound, other, decayed, begin, Math.min(end - begin, sound.length - other));
                }
                case ALL_ZEROED -> Arrays.fill(decayed, (byte) 0);
            }
        }
        return new Decay(kind, sound, decayed);
    }

    /** Says whether nothing of the file is left. */
    boolean isOfAll() {
        return kind == Kind.ALL_ZEROED;
    }

    /** Returns what the file holds by then. */
    byte[] decayed() {
        return decayed.clone();
    }

    /** Says whether any of the damage is in what the file holds now. */
    boolean isIn(byte[] now) {
        return !Arrays.equals(now, mended(now));
    }

    /** Returns what the file would hold without. */
    byte[] mended(byte[] now) {
        byte[] mended = now.clone();
        for (int at = 0; at < Math.min(now.length, sound.length); at++) {
            if (now[at] == decayed[at]) {
                mended[at] = sound[at];
            }
        }
        return mended;
    }

    @Override
    public String toString() {
        return kind + " from byte " + Math.max(0, Arrays.mismatch(sound, decayed)) + " of " + sound.length;
    }
}
