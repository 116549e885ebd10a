/**
 * Transactions: checked changes of the tree and the sessions, and the bytes that stand for them in the log and in
 * proposals between servers.
 *
 * <p>Reading order: {@link baton.server.txn.TxnEntry} is one entry of the log: a {@link baton.server.txn.TxnHeader},
 * a {@link baton.server.txn.Txn} and perhaps a {@link baton.server.txn.TxnDigest}. {@link baton.server.txn.TxnCodec}
 * turns entries into bytes and back.
 *
 * <p>A transaction carries final values, never differences, and everything a server needs to apply it: two servers that
 * apply the same entries have the same tree. The bytes are Apache ZooKeeper's, 3.5 to 3.9, both ways.
 *
 * <p>Pure: no files, sockets, threads or clocks. Framing and checksums belong to {@code storage}.
 */
@NullMarked
package baton.server.txn;

import org.jspecify.annotations.NullMarked;
