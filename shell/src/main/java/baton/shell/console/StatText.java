package baton.shell.console;

import baton.protocol.Stat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A stat as the shell prints it: eleven lines, times in the zone of the user. */
final class StatText {
    private final DateTimeFormatter time;

    StatText(ZoneId zone) {
        time = DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.US)
                .withZone(zone);
    }

    String of(Stat stat) {
        return String.join(
                System.lineSeparator(),
                "cZxid = " + hex(stat.czxid()),
                "ctime = " + time.format(Instant.ofEpochMilli(stat.ctime())),
                "mZxid = " + hex(stat.mzxid()),
                "mtime = " + time.format(Instant.ofEpochMilli(stat.mtime())),
                "pZxid = " + hex(stat.pzxid()),
                "cversion = " + stat.cversion(),
                "dataVersion = " + stat.version(),
                "aclVersion = " + stat.aversion(),
                "ephemeralOwner = " + hex(stat.ephemeralOwner()),
                "dataLength = " + stat.dataLength(),
                "numChildren = " + stat.numChildren());
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
