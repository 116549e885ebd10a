package baton.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void halfTheTimeIsTwiceAsGood() {
        assertEquals(2.0, new Figure("to the last event", 4, "ms").timesAsGoodAs(new Figure("the same", 8, "ms")));
    }

    @Test
    void twiceTheShareOfThePeakIsTwiceAsGood() {
        assertEquals(2.0, Figure.gain("goodput", 120, "%").timesAsGoodAs(Figure.gain("the same", 60, "%")));
    }
}
