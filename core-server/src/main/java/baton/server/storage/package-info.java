/**
 * What survives: transactions and snapshots on disk, in the formats of Apache ZooKeeper.
 *
 * <pre>
 *  {@link baton.server.storage.Disk}            what all files stand on: the machine's disk, or a simulated one
 *  {@link baton.server.storage.FileStorage}     everything below, opened in one step
 *  {@link baton.server.storage.DataDirectory}   the directories, held against a second server
 *  {@link baton.server.storage.TxnLog}          the history as it becomes durable:
 *      {@link baton.server.storage.FileLog}       in files ({@code LogFormat} has their bytes)
 *      {@link baton.server.storage.NextLog}       the file that comes next, filled in the background
 *      {@link baton.server.storage.UnkeptLog}     nowhere, for the embedded default
 *  {@link baton.server.storage.FileSnapshots}   writing, reading and purging snapshots ({@code SnapshotFormat})
 *  {@link baton.server.storage.Recovery}        snapshot and logs back into memory: {@code LogReplay}, {@code LogScan},
 *                                               {@code CrashTraces}; and durable: {@code Settlement}
 * </pre>
 *
 * <p>Beside the formats there is {@code version-2.ext}, of use to this implementation alone: the {@code Watermark}, which
 * tells damage from the unfinished end of a crash, and the {@link baton.server.storage.ReserveFile}, which the log falls
 * back on when the disk is full.
 *
 * <p>The package knows transactions as bytes and zxids; what they do to the tree is known behind
 * {@link baton.server.storage.ReplayTarget} and {@link baton.server.storage.SnapshotSource}. It starts no thread: the log
 * belongs to the log thread, snapshots and the next log, until it is taken, to the one that takes snapshots.
 *
 * <p>Three sentences rule it. Never acknowledge what is not durable. Never try a failed force again. Never shorten the
 * history because it cannot be read.
 */
@NullMarked
package baton.server.storage;

import org.jspecify.annotations.NullMarked;
