package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PathHashTest {
    private static final int NAME_BITS = 12;
    private static final int NAMES = 1 << NAME_BITS;
    private static final int SLOTS = 2 * NAMES;

    private final PathHash hashes = SeededHash.of(1);

    @Test
    void whereThePathStandsMakesNoDifference() {
        for (int length = 1; length <= 40; length++) {
            String path = "/0123456789-0123456789-0123456789-0123456789".substring(0, length);
            byte[] utf8 = utf8(path);
            byte[] amid = utf8("xyz" + path + "x");
            ByteBuffer direct = ByteBuffer.allocateDirect(amid.length).put(amid);

            assertThat(hashes.of(path, length))
                    .isEqualTo(hashes.of(path + "/below", length))
                    .isEqualTo(hashes.of(utf8))
                    .isEqualTo(hashes.of(amid, 3, length))
                    .isEqualTo(hashes.of(ByteBuffer.wrap(utf8), 0, length))
                    .isEqualTo(hashes.of(direct, 3, 3 + length))
                    .isEqualTo(hashes.of(direct.order(ByteOrder.LITTLE_ENDIAN), 3, 3 + length));
        }
    }

    @Test
    void lettersBeyondAsciiAreHashedByTheirBytes() {
        byte[] utf8 = utf8("/käse-und-brötchen");

        assertThat(hashes.of(utf8)).isEqualTo(hashes.of(ByteBuffer.wrap(utf8), 0, utf8.length));
        assertThat(hashes.of(utf8)).isNotEqualTo(hashes.of(utf8("/kase-und-brotchen")));
    }

    @Test
    void everyByteCountsAndSoDoesTheirNumber() {
        Set<Integer> seen = new HashSet<>();
        for (int length = 1; length <= 40; length++) {
            byte[] path = new byte[length];
            assertThat(seen.add(hashes.of(path))).isTrue();
            for (int i = 0; i < length; i++) {
                path[i] = 1;
                assertThat(seen.add(hashes.of(path))).isTrue();
                path[i] = 0;
            }
        }
    }

    /** As numbers of eight bytes they would differ by the prime, and be one value to whoever reckons modulo it. */
    @Test
    void wordsThatDifferByThePrimeAreTwo() {
        assertThat(hashes.of(utf8("b......A"))).isNotEqualTo(hashes.of(utf8("a......a")));
        assertThat(hashes.of(utf8("xb......A"))).isNotEqualTo(hashes.of(utf8("xa......a")));
    }

    @Test
    void otherKeysMakeOtherHashes() {
        Set<Integer> seen = new HashSet<>();

        for (int seed = 0; seed < 100; seed++) {
            seen.add(SeededHash.of(seed).of(utf8("/node")));
        }

        assertThat(seen).hasSize(100);
    }

    /** Whatever the names have in common, they spread over a table as numbers drawn by lot would. */
    @Test
    void namesThatCollideElsewhereTakeAsManyProbesAsOthers() {
        assertThat(new HashSet<>(names(PathHashTest::ofOneHashCode))
                        .stream().map(String::hashCode).distinct())
                .hasSize(1);

        for (int seed = 0; seed < 5; seed++) {
            assertThat(probes(seed, i -> "/node-" + i))
                    .describedAs("counted up, seed " + seed)
                    .isLessThan(2.0);
            assertThat(probes(seed, PathHashTest::ofOneHashCode))
                    .describedAs("of one hash code, seed " + seed)
                    .isLessThan(2.0);
            assertThat(probes(seed, PathHashTest::ofThueAndMorse))
                    .describedAs("of Thue and Morse, seed " + seed)
                    .isLessThan(2.0);
            assertThat(probes(seed, i -> "/" + (char) (i & 0x7f) + "......" + (char) (i >> 7)))
                    .describedAs("apart by words, seed " + seed)
                    .isLessThan(2.0);
        }
    }

    /** So many times one of two that are alike to {@link String#hashCode}. */
    private static String ofOneHashCode(int number) {
        StringBuilder path = new StringBuilder("/");
        for (int bit = 0; bit < NAME_BITS; bit++) {
            path.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return path.toString();
    }

    /** So many blocks, each one of two that are alike to every polynomial modulo 2^64: the sequence, or its opposite. */
    private static String ofThueAndMorse(int number) {
        StringBuilder path = new StringBuilder("/");
        for (int bit = 0; bit < NAME_BITS; bit++) {
            for (int i = 0; i < 1 << 10; i++) {
                path.append((char) ('a' + (Integer.bitCount(i) + (number >> bit) & 1)));
            }
        }
        return path.toString();
    }

    private static List<String> names(IntFunction<String> name) {
        return IntStream.range(0, NAMES).mapToObj(name).toList();
    }

    /** Returns how many slots of a half-full table are looked at to put a name into it, on the average. */
    private static double probes(int seed, IntFunction<String> name) {
        PathHash hashes = SeededHash.of(seed);
        boolean[] taken = new boolean[SLOTS];
        long probes = 0;
        for (int i = 0; i < NAMES; i++) {
            int at = hashes.of(utf8(name.apply(i))) & SLOTS - 1;
            probes++;
            while (taken[at]) {
                at = at + 1 & SLOTS - 1;
                probes++;
            }
            taken[at] = true;
        }
        return (double) probes / NAMES;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
