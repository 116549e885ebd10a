package baton.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void halfTheTimeIsTwiceAsGood() {
        assertEquals(2.0, new Figure("to the last event", 4, "ms").timesAsGoodAs(new Figure("the same", 8, "ms")));
    }

    @Test
    void whatTakesLessThanASecondIsToldByTheMillisecond() {
        assertEquals("start: 302 vs 487 ms = 1.61x", seconds(0.302).comparedWith(seconds(0.487)));
        assertEquals("start: 0.90 vs 1.21 s = 1.3x", seconds(0.9).comparedWith(seconds(1.21)));
        assertEquals(
                "heap: 1,200.00 vs 3,000.00 MB = 2.5x",
                new Figure("heap", 1_200, "MB").comparedWith(new Figure("heap", 3_000, "MB")));
        assertEquals("lost: 0.00 vs 1.00 ", new Figure("lost", 0, "").comparedWith(new Figure("lost", 1, "")));
    }

    @Test
    void twiceTheShareOfThePeakIsTwiceAsGood() {
        assertEquals(2.0, Figure.gain("goodput", 120, "%").timesAsGoodAs(Figure.gain("the same", 60, "%")));
    }

    private static Figure seconds(double value) {
        return new Figure("start", value, "s");
    }
}
