package baton.server.config;

import java.nio.file.Path;

/** Where transactions are kept. */
public sealed interface StorageSettings {
    /** Nowhere: everything is gone when the server stops. For tests and for the embedded default. */
    record Memory() implements StorageSettings {
        @Override
        public String toString() {
            return "in memory";
        }
    }

    /**
     * In files of Apache ZooKeeper's format.
     *
     * @param dataDir directory of the snapshots; they stand in its {@code version-2}
     * @param logDir directory of the transaction logs; may be the same
     * @param log how the logs are written
     * @param snapshots when and how snapshots are written
     * @param purge which old files are deleted
     * @param reserveBytes how much must be left on the disk for the server to take what makes its data grow; in any case
     *     it wants room for two snapshots
     */
    record Files(Path dataDir, Path logDir, Log log, Snapshots snapshots, Purge purge, long reserveBytes)
            implements StorageSettings {
        /** The directory in {@code dataDir} and in {@code logDir} where the files stand. */
        public static final String VERSION = "version-2";

        /** The file in a directory that is locked while a server uses it. */
        public static final String LOCK = "baton.lock";

        static final long RESERVE_BYTES_DEFAULT = 256L << 20;
        static final Range RESERVE_BYTES = Range.of(16L << 20, Long.MAX_VALUE, "bytes");

        public Files {
            RESERVE_BYTES.check("reserveBytes", reserveBytes);
        }

        /** Keeps everything in one directory, with the defaults. */
        public static Files in(Path dataDir) {
            return new Files(dataDir, dataDir, Log.DEFAULT, Snapshots.DEFAULT, Purge.DEFAULT, RESERVE_BYTES_DEFAULT);
        }

        /** Returns the same with another number of transactions between snapshots. */
        public Files withSnapCount(int count) {
            return withSnapshots(new Snapshots(count, snapshots.logBytesMax(), snapshots.packing()));
        }

        /** Returns the same with other snapshots. */
        public Files withSnapshots(Snapshots other) {
            return new Files(dataDir, logDir, log, other, purge, reserveBytes);
        }

        /** Returns the same with logs written otherwise. */
        public Files withLog(Log other) {
            return new Files(dataDir, logDir, other, snapshots, purge, reserveBytes);
        }

        /** Returns the same with another reserve. */
        public Files withReserveBytes(long bytes) {
            return new Files(dataDir, logDir, log, snapshots, purge, bytes);
        }

        /** Returns the same in other directories. */
        public Files withDirectories(Path data, Path log) {
            return new Files(data, log, this.log, snapshots, purge, reserveBytes);
        }

        @Override
        public String toString() {
            return dataDir.toString();
        }
    }

    /**
     * How transaction logs are written.
     *
     * @param preallocateBytes how long a log file is made at most, full of zeros, before it is needed; 0 to 1 GiB, where 0
     *     is for not at all, and less than 1 MiB counts as 1 MiB
     * @param forceSync whether a change is acknowledged only after it survives a power cut
     * @param fileBytesMax size from which on the next batch begins a new file; 0 for none
     * @param slowSyncMillis a sync that takes longer is reported
     * @param stuckSyncMillis a sync that takes longer counts as failed, and ends the server
     */
    record Log(int preallocateBytes, boolean forceSync, long fileBytesMax, int slowSyncMillis, int stuckSyncMillis) {
        static final Range SLOW_SYNC_MILLIS = Range.of(1, Integer.MAX_VALUE, "ms");

        static final Range STUCK_SYNC_MILLIS = Range.of(100, Integer.MAX_VALUE, "ms");

        /** Up to 64 MB made ahead, everything synced, files as long as snapshots allow, ten seconds for a sync. */
        public static final Log DEFAULT = new Log(64 << 20, true, 0, 1000, 10_000);

        public Log {
            Range.of(0, 1 << 30, "bytes").check("preallocateBytes", preallocateBytes);
            Range.of(0, Long.MAX_VALUE, "bytes").check("fileBytesMax", fileBytesMax);
            SLOW_SYNC_MILLIS.check("slowSyncMillis", slowSyncMillis);
            STUCK_SYNC_MILLIS.check("stuckSyncMillis", stuckSyncMillis);
        }

        /** Returns the same, but acknowledging before the sync, or not. */
        public Log withForceSync(boolean force) {
            return new Log(preallocateBytes, force, fileBytesMax, slowSyncMillis, stuckSyncMillis);
        }

        /** Returns the same with another time that a sync may take. */
        public Log withStuckSyncMillis(int millis) {
            return new Log(preallocateBytes, forceSync, fileBytesMax, slowSyncMillis, millis);
        }
    }

    /**
     * When and how snapshots are written.
     *
     * @param snapCount transactions between two snapshots, at least 2, drawn anew each time between half of it and all;
     *     up to ten times as many if they take less than half the room of the newest snapshot, or that took more than a
     *     tenth of the time since it was begun
     * @param logBytesMax bytes of log between two snapshots, drawn likewise; 0 for no limit
     * @param packing how they are packed; all packings are read
     */
    record Snapshots(int snapCount, long logBytesMax, Packing packing) {
        static final int SNAP_COUNT_DEFAULT = 100_000;
        static final long LOG_BYTES_DEFAULT = 4L << 30;
        static final Range SNAP_COUNT = Range.of(2, Integer.MAX_VALUE, "transactions");

        /** Every hundred thousand transactions or four gigabytes, unpacked. */
        public static final Snapshots DEFAULT = new Snapshots(SNAP_COUNT_DEFAULT, LOG_BYTES_DEFAULT, Packing.NONE);

        public Snapshots {
            SNAP_COUNT.check("snapCount", snapCount);
            Range.of(0, Long.MAX_VALUE, "bytes").check("logBytesMax", logBytesMax);
        }
    }

    /** How snapshots are packed. */
    enum Packing {
        NONE,
        GZIP,
        SNAPPY
    }

    /**
     * Which old snapshots and logs are deleted.
     *
     * @param snapshotsKept newest snapshots to keep, with the logs they need, at least 3
     * @param intervalHours hours between two purges; 0 never purges
     */
    record Purge(int snapshotsKept, int intervalHours) {
        static final Range SNAPSHOTS_KEPT = Range.of(3, Integer.MAX_VALUE, "snapshots");
        static final Range INTERVAL_HOURS = Range.of(0, 24 * 365, "hours");

        /** Once a day, keeping ten. */
        public static final Purge DEFAULT = new Purge(10, 24);

        public Purge {
            SNAPSHOTS_KEPT.check("snapshotsKept", snapshotsKept);
            INTERVAL_HOURS.check("intervalHours", intervalHours);
        }
    }
}
