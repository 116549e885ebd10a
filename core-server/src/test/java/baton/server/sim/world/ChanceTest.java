package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class ChanceTest {
    @Test
    void aSeedMeansTheSameForEver() {
        Chance chance = new Chance(0);

        // SplitMix64 of 0 begins with e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec.
        long first = Long.rotateLeft(0xe220a8397b1dcdafL + 0xf88bb8a8724c81ecL, 23) + 0xe220a8397b1dcdafL;
        assertEquals(first, chance.nextLong());
    }

    @Test
    void whatOthersDrawAsTheyWouldFromTheJdkMeansTheSameForEverToo() {
        Chance drawn = new Chance(3);
        Chance own = new Chance(3);

        for (int i = 0; i < 1_000; i++) {
            assertEquals(own.below(7), drawn.nextInt(7));
            assertEquals(own.below(1L << 40), drawn.nextLong(1L << 40));
            assertEquals(own.nextLong() < 0, drawn.nextBoolean());
        }
    }

    @Test
    void drawingFromOneStreamShiftsNoOther() {
        Chance parent = new Chance(7);
        long before = parent.fork("disk").nextLong();
        parent.nextLong();

        assertEquals(before, parent.fork("disk").nextLong());
        assertNotEquals(before, parent.fork("wire").nextLong());
    }

    @Test
    void whatIsDrawnLiesWithinItsBounds() {
        Chance chance = new Chance(1);

        for (int i = 0; i < 10_000; i++) {
            assertThat(chance.below(7)).isBetween(0, 6);
            assertThat(chance.between(5, 6)).isBetween(5L, 6L);
            assertThat(chance.spread(10, 1_000_000)).isBetween(10L, 1_000_000L);
        }
    }
}
