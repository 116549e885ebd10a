package baton.server.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongSupplier;

/**
 * Hashes paths with keys that no client knows: whoever chooses names cannot choose names of one hash (decision 0026).
 *
 * <p>The bytes, seven to a word, are the coefficients of a polynomial modulo the prime 2^61 - 1; its value at a secret point
 * and the number of bytes, each multiplied by another secret number, are added up with a fourth. Two paths of one length are
 * two polynomials, which agree at no more points than their degree: whatever the two are, they get one value with a
 * probability below n / 2^60, n words long as they are; and otherwise the bits that remain agree at most twice as often as
 * numbers drawn by lot. Seven bytes, since of two words that differ by the prime nothing would tell one from the other. What
 * follows, of no secret, breaks the steps in which values of names that are counted up would lie.
 *
 * <p>Another process has other keys, so no hash is ever stored, and nothing that a client or an operator sees is in its order.
 * Immutable; makes no objects.
 */
public final class PathHash {
    private static final VarHandle OF_ARRAY =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle OF_BUFFER =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int PRIME_BITS = 61;
    private static final long PRIME = (1L << PRIME_BITS) - 1;
    private static final int WORD_BYTES = 7;
    private static final long WORD = (1L << Byte.SIZE * WORD_BYTES) - 1;

    /** The golden ratio of 64 bits. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final long point;
    private final long factor;
    private final long lengthFactor;
    private final long offset;

    /** @param chance what nobody can foresee, nor what has been drawn from it before */
    public PathHash(LongSupplier chance) {
        point = drawn(chance);
        factor = drawn(chance);
        lengthFactor = drawn(chance);
        offset = drawn(chance);
    }

    /** Returns 60 bits, at least one of them set: so a sum fits a word before it is reduced. */
    private static long drawn(LongSupplier chance) {
        return Math.max(1, chance.getAsLong() >>> Long.SIZE - PRIME_BITS + 1);
    }

    /** Hashes a path in UTF-8. */
    public int of(byte[] utf8) {
        return of(utf8, 0, utf8.length);
    }

    /** Hashes the path in UTF-8 that is {@code length} bytes of the array. */
    public int of(byte[] utf8, int offset, int length) {
        int end = offset + length;
        int at = offset;
        long value = 0;
        for (; end - at > WORD_BYTES; at += WORD_BYTES) {
            value = next(value, (long) OF_ARRAY.get(utf8, at) & WORD);
        }
        long last =
                length > WORD_BYTES ? last((long) OF_ARRAY.get(utf8, end - Long.BYTES), end - at) : word(utf8, at, end);
        return end(value + last, length);
    }

    private static long word(byte[] utf8, int from, int end) {
        long word = 0;
        for (int i = end - 1; i >= from; i--) {
            word = word << Byte.SIZE | utf8[i] & 0xff;
        }
        return word;
    }

    /** Hashes the path in UTF-8 that is part of the buffer, whatever that one's order is. */
    public int of(ByteBuffer utf8, int from, int end) {
        int length = end - from;
        int at = from;
        long value = 0;
        for (; end - at > WORD_BYTES; at += WORD_BYTES) {
            value = next(value, (long) OF_BUFFER.get(utf8, at) & WORD);
        }
        long last = length > WORD_BYTES
                ? last((long) OF_BUFFER.get(utf8, end - Long.BYTES), end - at)
                : word(utf8, at, end);
        return end(value + last, length);
    }

    private static long word(ByteBuffer utf8, int from, int end) {
        long word = 0;
        for (int i = end - 1; i >= from; i--) {
            word = word << Byte.SIZE | utf8.get(i) & 0xff;
        }
        return word;
    }

    /** Hashes the path that is the first characters of the text, if all are ASCII; else what comes out is of no use. */
    public int of(String text, int length) {
        int at = 0;
        long value = 0;
        for (; length - at > WORD_BYTES; at += WORD_BYTES) {
            value = next(value, word(text, at, at + WORD_BYTES));
        }
        return end(value + word(text, at, length), length);
    }

    private static long word(String text, int from, int end) {
        long word = 0;
        for (int i = end - 1; i >= from; i--) {
            word = word << Byte.SIZE | text.charAt(i) & 0xff;
        }
        return word;
    }

    /** Returns the last bytes, so many and seven at most, of the eight. */
    private static long last(long eight, int count) {
        return eight >>> Long.SIZE - Byte.SIZE * count;
    }

    /** Takes one word more. A value stays below 2^62 + 2^57. */
    private long next(long value, long word) {
        return product(value + word, point);
    }

    /** Returns the product modulo the prime, or that and a few times the prime. */
    private static long product(long left, long right) {
        long low = left * right;
        return (low & PRIME) + (Math.multiplyHigh(left, right) << Long.SIZE - PRIME_BITS | low >>> PRIME_BITS);
    }

    private int end(long value, int length) {
        long sum = product(value, factor) + product(length, lengthFactor) + offset;
        long hash = (sum & PRIME) + (sum >>> PRIME_BITS);
        hash -= hash >= PRIME ? PRIME : 0;
        hash = (hash ^ hash >>> Integer.SIZE) * SPREAD;
        hash = (hash ^ hash >>> Integer.SIZE) * SPREAD;
        return (int) (hash >>> Integer.SIZE);
    }
}
