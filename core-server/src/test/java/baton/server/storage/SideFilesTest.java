package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.sim.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What stands in the files beside logs and snapshots: read back as it was written, and never trusted where it is damaged. */
class SideFilesTest {
    private static final Path DATA = Path.of("/data/version-2");
    private static final Path SIDE = DataDirectory.sideDirectoryOf(DATA);
    private static final Path LOG = DATA.resolve("log.1");
    private static final long NOW = 1_800_000_000_000L;

    @Property(tries = 200)
    void aMarkIsReadAsItWasWritten(@ForAll @LongRange(min = 1) long zxid, @ForAll @LongRange(min = 0) long logBytes)
            throws IOException {
        SimulatedDisk disk = disk();
        try (Watermark watermark = Watermark.open(disk, SIDE)) {
            watermark.begin(LOG, 0);
            watermark.mark(zxid, LOG, logBytes);
        }

        assertThat(Watermark.read(disk, SIDE)).hasValueSatisfying(mark -> {
            assertThat(mark.zxid()).isEqualTo(zxid);
            assertThat(mark.isOf(LOG)).isTrue();
        });
    }

    @Property(tries = 200)
    void damageToAMarkLeavesAnEarlierOneOrNone(
            @ForAll @LongRange(min = 1, max = 1_000) long zxid,
            @ForAll @IntRange(min = 0, max = 127) int at,
            @ForAll @IntRange(min = 1, max = 255) int flipped)
            throws Exception {
        SimulatedDisk disk = disk();
        try (Watermark watermark = Watermark.open(disk, SIDE)) {
            watermark.begin(LOG, 0);
            watermark.mark(zxid, LOG, 100);
            watermark.mark(zxid + 1, LOG, 200);
        }
        flip(disk, SIDE.resolve(Watermark.FILE), at, flipped);

        assertThat(Watermark.read(disk, SIDE))
                .hasValueSatisfying(mark -> assertThat(mark.zxid()).isBetween(0L, zxid + 1));
    }

    @Property(tries = 200)
    void bytesThatNobodyWroteAreNoMark(@ForAll @Size(max = 200) byte[] content) throws Exception {
        SimulatedDisk disk = disk();
        write(disk, SIDE.resolve(Watermark.FILE), content);

        assertThat(Watermark.read(disk, SIDE)).isEmpty();
    }

    @Property(tries = 200)
    void noNumberIsGivenTwiceWhateverStandsInTheirFile(
            @ForAll @Size(max = 200) byte[] content,
            @ForAll @LongRange(min = 0, max = 1L << 40) long atLeast,
            @ForAll @IntRange(min = 1, max = 1_000) int count,
            @ForAll @IntRange(min = 0, max = 127) int at,
            @ForAll @IntRange(min = 1, max = 255) int flipped)
            throws Exception {
        SimulatedDisk disk = disk();
        Path file = SIDE.resolve(NumbersFile.FILE);
        write(disk, file, content);

        long first = new NumbersFile(disk, SIDE).take(atLeast, count);
        flip(disk, file, at, flipped);
        long second = new NumbersFile(disk, SIDE).take(0, count);

        assertThat(first).isEqualTo(atLeast);
        assertThat(second).isEqualTo(first + count);
    }

    @Property(tries = 200)
    void haltsAreCountedWhateverStandsInTheirFile(@ForAll @Size(max = 200) byte[] content) throws Exception {
        SimulatedDisk disk = disk();
        HaltFile halts = new HaltFile(disk, DATA);
        write(disk, halts.path(), content);

        assertThat(halts.isTooMany(NOW)).isFalse();
        for (int halt = 0; halt < 3; halt++) {
            halts.add(NOW + halt);
        }
        assertThat(halts.isTooMany(NOW + 3)).isTrue();
    }

    private static SimulatedDisk disk() {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(7), SimulatedDisk.Kernel.STRICT, 512);
        disk.createDirectories(SIDE);
        return disk;
    }

    private static void write(Disk disk, Path file, byte[] content) throws IOException {
        try (DiskFile created = disk.open(file, Disk.Mode.CREATE)) {
            created.write(ByteBuffer.wrap(content), 0);
        }
    }

    private static void flip(Disk disk, Path file, int at, int bits) throws IOException {
        byte[] content = DiskSteps.read(disk, file, 1 << 10);
        content[at] ^= (byte) bits;
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            open.write(ByteBuffer.wrap(content), 0);
        }
    }
}
