package baton.server.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.server.util.SerializeUtils;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Apache ZooKeeper writes the same bytes for the same transaction, and reads ours. */
class TxnConformanceTest {
    private static final List<org.apache.zookeeper.data.ACL> OPEN = ZooDefs.Ids.OPEN_ACL_UNSAFE;

    @TestFactory
    Stream<DynamicTest> bothWriteTheSameBytes() throws IOException {
        byte[] payload = {1, 2, 3};
        Bytes content = Bytes.wrap(payload);
        return Stream.of(
                same(
                        new org.apache.zookeeper.txn.CreateTxn("/é", payload, OPEN, true, 7),
                        new Txn.Create(OpCode.CREATE, "/é", content, Acl.OPEN, true, 7)),
                same(
                        new org.apache.zookeeper.txn.CreateTxn("/a", null, OPEN, false, 7),
                        new Txn.Create(OpCode.CREATE2, "/a", null, Acl.OPEN, false, 7)),
                same(
                        new org.apache.zookeeper.txn.CreateContainerTxn("/a", payload, OPEN, 7),
                        new Txn.CreateContainer("/a", content, Acl.OPEN, 7)),
                same(
                        new org.apache.zookeeper.txn.CreateTTLTxn("/a", payload, OPEN, 7, 60_000),
                        new Txn.CreateTtl("/a", content, Acl.OPEN, 7, 60_000)),
                same(new org.apache.zookeeper.txn.DeleteTxn("/a"), new Txn.Delete("/a")),
                same(new org.apache.zookeeper.txn.DeleteTxn("/a"), new Txn.DeleteContainer("/a")),
                same(
                        new org.apache.zookeeper.txn.SetDataTxn("/a", new byte[0], 2),
                        new Txn.SetData("/a", Bytes.EMPTY, 2)),
                same(
                        new org.apache.zookeeper.txn.SetDataTxn("/zookeeper/config", payload, -1),
                        new Txn.Reconfig("/zookeeper/config", content, -1)),
                same(new org.apache.zookeeper.txn.SetACLTxn("/a", OPEN, 2), new Txn.SetAcl("/a", Acl.OPEN, 2)),
                same(new org.apache.zookeeper.txn.CreateSessionTxn(30_000), new Txn.CreateSession(30_000)),
                same(
                        new org.apache.zookeeper.txn.CloseSessionTxn(List.of("/a", "/b")),
                        new Txn.CloseSession(List.of("/a", "/b"))),
                same(new org.apache.zookeeper.txn.ErrorTxn(-110), new Txn.Failed(-110)),
                same(
                        new org.apache.zookeeper.txn.MultiTxn(List.of(
                                new org.apache.zookeeper.txn.Txn(
                                        ZooDefs.OpCode.create,
                                        serialized(new org.apache.zookeeper.txn.CreateTxn("/a", null, OPEN, false, 1))),
                                new org.apache.zookeeper.txn.Txn(
                                        ZooDefs.OpCode.check,
                                        serialized(new org.apache.zookeeper.txn.CheckVersionTxn("/a", 0))))),
                        new Txn.Multi(List.of(
                                new Txn.Create(OpCode.CREATE, "/a", null, Acl.OPEN, false, 1),
                                new Txn.Check("/a", 0)))));
    }

    private static DynamicTest same(Record theirs, Txn ours) {
        return DynamicTest.dynamicTest(ours.toString(), () -> {
            TxnEntry entry = TxnEntry.of(-5, 6, 0x700000008L, 9, ours, new TxnDigest(0x123456789abcdefL));
            org.apache.zookeeper.txn.TxnHeader header = new org.apache.zookeeper.txn.TxnHeader(
                    -5, 6, 0x700000008L, 9, ours.type().code());
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            expected.write(serialized(header));
            expected.write(serialized(theirs));
            expected.write(serialized(new org.apache.zookeeper.txn.TxnDigest(2, 0x123456789abcdefL)));

            Bytes written = TxnCodec.toBytes(entry);
            org.apache.zookeeper.server.TxnLogEntry read = SerializeUtils.deserializeTxn(written.toArray());

            assertEquals(Bytes.wrap(expected.toByteArray()), written);
            assertEquals(entry, TxnCodec.read(written));
            assertEquals(header, read.getHeader());
            assertEquals(theirs, read.getTxn());
            assertEquals(0x123456789abcdefL, read.getDigest().getTreeDigest());
        });
    }

    private static byte[] serialized(Record record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        record.serialize(BinaryOutputArchive.getArchive(new DataOutputStream(bytes)), "record");
        return bytes.toByteArray();
    }
}
