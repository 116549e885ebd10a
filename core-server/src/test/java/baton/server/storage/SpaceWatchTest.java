package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.server.sim.SimulatedDisk;
import baton.server.txn.LogSpace.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SpaceWatchTest {
    private static final Path DIR = Path.of("/dir");
    private static final long RESERVE = 1000;
    private static final long SPENT = RESERVE / 4;

    private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), SimulatedDisk.Kernel.STRICT, 512);
    private final ReserveFile reserve = new ReserveFile(disk, DIR, 500);
    private final SpaceWatch space = new SpaceWatch(disk, List.of(DIR), () -> RESERVE, reserve);

    @BeforeEach
    void prepare() throws StorageException {
        reserve.prepare();
    }

    /** It may be made while a log on the same disk is written. */
    @Test
    void noSyncOfTheReserveTakesMoreThanALogDoes() throws StorageException {
        int[] unsynced = new int[2];
        Disk tapped = new TappedDisk(disk, (call, file, bytes) -> {
            unsynced[0] = call.startsWith("sync") ? 0 : unsynced[0] + bytes;
            unsynced[1] = Math.max(unsynced[1], unsynced[0]);
        });

        new ReserveFile(tapped, DIR, 20 << 20).prepare();

        assertThat(unsynced[1]).isBetween(8 << 20, (8 << 20) + LogFormat.HEADER_BYTES);
    }

    @Test
    void itIsLowWithLessThanTheReserveLeftAndSpentWithLessThanAQuarterOfIt() {
        assertEquals(Level.AMPLE, with(RESERVE));
        assertEquals(Level.LOW, with(RESERVE - 1));
        assertEquals(Level.LOW, with(SPENT));
        assertEquals(Level.SPENT, with(SPENT - 1));
    }

    @Test
    void eachLevelIsLeftWithHalfAsMuchMore() {
        with(SPENT - 1);

        assertEquals(Level.SPENT, with(SPENT + SPENT / 2 - 1));
        assertEquals(Level.LOW, with(SPENT + SPENT / 2));
        assertEquals(Level.LOW, with(RESERVE + RESERVE / 2 - 1));
        assertEquals(Level.AMPLE, with(RESERVE + RESERVE / 2));
    }

    @Test
    void whatIsWrittenMakesItLookAgainBeforeTheNextLevelIsPassed() {
        with(RESERVE + 200);
        disk.capacity(disk.usedBytes() + RESERVE - 1);

        space.wrote(100);
        assertEquals(Level.AMPLE, space.level());

        space.wrote(1);
        assertEquals(Level.LOW, space.level());
    }

    @Test
    void aWriteThatFoundNoSpaceSaysMoreThanTheNumbers() {
        with(10 * RESERVE);

        space.ranOut(DIR);
        space.wrote(100 * RESERVE);

        assertEquals(Level.SPENT, space.level());
        assertEquals(Level.AMPLE, with(10 * RESERVE));
    }

    @Test
    void afterTheReserveWasTakenThereMustBeAnother() throws Exception {
        with(10 * RESERVE);
        space.ranOut(DIR);
        reserve.take(DIR.resolve("log.1")).close();

        space.look();
        assertEquals(Level.SPENT, space.level());

        reserve.prepare();
        space.look();
        assertEquals(Level.AMPLE, space.level());
    }

    @Test
    void aDirectoryOfLogsAndSnapshotsIsNamedOnce() {
        Logger logger = (Logger) LoggerFactory.getLogger(SpaceWatch.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            disk.capacity(disk.usedBytes() + SPENT - 1);
            new SpaceWatch(disk, List.of(DIR, DIR), () -> RESERVE, reserve).look();
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .endsWith(" in=[" + DIR + "]");
    }

    private Level with(long usableBytes) {
        disk.capacity(disk.usedBytes() + usableBytes);
        space.look();
        return space.level();
    }
}
