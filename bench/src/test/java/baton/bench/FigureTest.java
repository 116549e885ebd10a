package baton.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void halfTheTimeIsTwiceAsGood() {
        assertEquals(2.0, new Figure("to the last event", 4, "ms").timesAsGoodAs(new Figure("the same", 8, "ms")));
    }

    @Test
    void whatTakesLessThanASecondIsToldByTheMillisecond() {
        assertEquals("start: 302 vs 487 ms = 1.61x", compared(seconds(0.302), seconds(0.487)));
        assertEquals("start: 0.90 vs 1.21 s = 1.3x", compared(seconds(0.9), seconds(1.21)));
        assertEquals(
                "heap: 1,200.00 vs 3,000.00 MB = 2.5x",
                compared(new Figure("heap", 1_200, "MB"), new Figure("heap", 3_000, "MB")));
        assertEquals("lost: 0.00 vs 1.00 ", compared(new Figure("lost", 0, ""), new Figure("lost", 1, "")));
    }

    @Test
    void ratiosArePairByPair() {
        List<Figure> ours = List.of(seconds(2), seconds(1), seconds(3));
        List<Figure> theirs = List.of(seconds(6), seconds(2), seconds(12));

        assertEquals("start: 2.00 vs 6.00 s = 3.0x (IQR 2.5-3.5, 3 pairs)", Figure.compared(ours, theirs));
    }

    @Test
    void whatIsAskedOfItIsJudged() {
        Figure writes = new Figure("p99 of a write", 20, "ms").wanted(1, 2);

        assertEquals(
                "p99 of a write: 20.00 vs 14.00 ms = 0.7x, BELOW THE FLOOR 1.0x",
                compared(writes, new Figure("", 14, "ms")));
        assertEquals(
                "p99 of a write: 20.00 vs 30.00 ms = 1.5x, above the floor 1.0x, short of the target 2.0x",
                compared(writes, new Figure("", 30, "ms")));
        assertEquals(
                "p99 of a write: 20.00 vs 40.00 ms = 2.0x, target 2.0x reached",
                compared(writes, new Figure("", 40, "ms")));
    }

    @Test
    void twiceTheShareOfThePeakIsTwiceAsGood() {
        assertEquals(2.0, Figure.gain("goodput", 120, "%").timesAsGoodAs(Figure.gain("the same", 60, "%")));
    }

    private static String compared(Figure ours, Figure theirs) {
        return Figure.compared(List.of(ours), List.of(theirs));
    }

    private static Figure seconds(double value) {
        return new Figure("start", value, "s");
    }
}
