package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What clients may fill fits into the heap, or whoever starts the server is told. */
class MemoryBoundsTest {
    private static final long MEGABYTE = 1 << 20;

    @Test
    void theUsualBoundsFitIntoAUsualHeap() {
        assertThat(MemoryBounds.of(LimitSettings.DEFAULT, 256 * MEGABYTE).excess())
                .isEmpty();
    }

    @Test
    void aHeapThatIsTooSmallForThemIsNamedWithEachOfThem() {
        assertThat(MemoryBounds.of(LimitSettings.DEFAULT, 100_000_000).excess())
                .contains("memory may run out before a bound is met: heapBytes=100000000 bounds=137108864, of which"
                        + " treeBytes=60000000 baton.watchedBytesMax=10000000 baton.outstandingBytesMax=67108864; give the"
                        + " server a larger heap (-Xmx), or bound the latter two by less");
    }

    @Test
    void aBoundThatIsTooLargeIsToldOf() {
        LimitSettings limits = LimitSettings.DEFAULT.withFlow(new FlowSettings(10_000, 400 << 20, 64 << 20, 30_000));

        assertThat(MemoryBounds.of(limits, 1_024 * MEGABYTE).excess()).isPresent();
        assertThat(MemoryBounds.of(limits, 2_048 * MEGABYTE).excess()).isEmpty();
    }
}
