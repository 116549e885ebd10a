package baton.server.storage;

import baton.server.sim.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.zip.Adler32;

/** Damage to the newest log that only a server with a defect would not notice: it shows what such a server would do. */
public final class LogDamage {
    private LogDamage() {}

    /** Flips a bit in a record and makes its checksum match, as if nobody looked at checksums. */
    public static void flipUnnoticed(SimulatedDisk disk, Path directory, IntUnaryOperator below) {
        Path file = newestLog(disk, directory);
        byte[] bytes = disk.contentOf(file);
        List<Integer> records = recordsIn(bytes);
        if (records.isEmpty()) {
            return;
        }
        int record = records.get(below.applyAsInt(records.size()));
        int entry = record + LogFormat.PREFIX_BYTES;
        int length = ByteBuffer.wrap(bytes).getInt(record + Long.BYTES);
        bytes[entry + below.applyAsInt(length)] ^= (byte) (1 << below.applyAsInt(8));
        Adler32 sum = new Adler32();
        sum.update(bytes, entry, length);
        ByteBuffer.wrap(bytes).putLong(record, sum.getValue());
        disk.replace(file, bytes);
    }

    /** Ends the newest log in its middle, and lets nobody know that there was more. */
    public static void endEarly(SimulatedDisk disk, Path directory, IntUnaryOperator below) {
        Path file = newestLog(disk, directory);
        byte[] bytes = disk.contentOf(file);
        List<Integer> records = recordsIn(bytes);
        if (records.size() < 2) {
            return;
        }
        int end = records.get(1 + below.applyAsInt(records.size() - 1));
        disk.replace(file, ByteBuffer.allocate(bytes.length).put(bytes, 0, end).array());
        disk.files(directory).stream()
                .filter(each -> each.endsWith(Watermark.FILE))
                .forEach(each -> disk.replace(each, new byte[0]));
    }

    private static Path newestLog(SimulatedDisk disk, Path directory) {
        return disk.files(directory).stream()
                .filter(each -> each.getFileName().toString().startsWith("log."))
                .max(Comparator.comparingLong(
                        each -> Long.parseLong(each.getFileName().toString().substring(4), 16)))
                .orElseThrow();
    }

    private static List<Integer> recordsIn(byte[] log) {
        List<Integer> records = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(log);
        int at = LogFormat.HEADER_BYTES;
        while (at + LogFormat.PREFIX_BYTES <= log.length && bytes.getInt(at + Long.BYTES) > 0) {
            records.add(at);
            at += LogFormat.PREFIX_BYTES + bytes.getInt(at + Long.BYTES) + 1;
        }
        return records;
    }
}
