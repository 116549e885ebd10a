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
     * @param snapCount transactions between two snapshots, at least 2, drawn anew each time between half of it and all
     * @param preallocateBytes step by which a log file grows, 0 to 1 GiB
     * @param forceSync whether a change is acknowledged only after it survives a power cut
     * @param purge which old files are deleted
     */
    record Files(Path dataDir, Path logDir, int snapCount, int preallocateBytes, boolean forceSync, Purge purge)
            implements StorageSettings {
        static final int SNAP_COUNT_DEFAULT = 100_000;
        static final int PREALLOCATE_BYTES_DEFAULT = 64 << 20;
        static final Range SNAP_COUNT = Range.of(2, Integer.MAX_VALUE, "transactions");

        public Files {
            SNAP_COUNT.check("snapCount", snapCount);
            Range.of(0, 1 << 30, "bytes").check("preallocateBytes", preallocateBytes);
        }

        /** Keeps everything in one directory, with the defaults. */
        public static Files in(Path dataDir) {
            return new Files(dataDir, dataDir, SNAP_COUNT_DEFAULT, PREALLOCATE_BYTES_DEFAULT, true, Purge.DEFAULT);
        }

        /** Returns the same with another number of transactions between snapshots. */
        public Files withSnapCount(int count) {
            return new Files(dataDir, logDir, count, preallocateBytes, forceSync, purge);
        }

        /** Returns the same in other directories. */
        public Files withDirectories(Path data, Path log) {
            return new Files(data, log, snapCount, preallocateBytes, forceSync, purge);
        }

        @Override
        public String toString() {
            return dataDir.toString();
        }
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
