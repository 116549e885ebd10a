package baton.server.txn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.WireFormatException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class TxnRoundTripTest {
    @Property
    void entriesReadBackWhatTheyWrote(@ForAll("entries") TxnEntry entry) {
        assertEquals(entry, TxnCodec.read(TxnCodec.toBytes(entry)));
    }

    @Property
    void damagedEntriesAreReadOrRefusedAndNothingElse(
            @ForAll("entries") TxnEntry entry, @ForAll int at, @ForAll byte damage) {
        byte[] bytes = TxnCodec.toBytes(entry).toArray();
        bytes[Math.floorMod(at, bytes.length)] ^= damage;

        readOrRefuse(Bytes.wrap(bytes));
    }

    @Property(tries = 10_000)
    void randomBytesAreReadOrRefusedAndNothingElse(@ForAll OpCode type, @ForAll("bodies") byte[] body) {
        baton.protocol.WireWriter out = new baton.protocol.WireWriter();
        new TxnHeader(1, 2, 3, 4, type).write(out);
        out.raw(body, 0, body.length);

        readOrRefuse(out.toBytes());
    }

    /** What was read can be written and read again; any exception but the refusal fails the property. */
    private static void readOrRefuse(Bytes bytes) {
        TxnEntry entry;
        try {
            entry = TxnCodec.read(bytes);
        } catch (WireFormatException refused) {
            return;
        }
        assertEquals(entry, TxnCodec.read(TxnCodec.toBytes(entry)));
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        return Arbitraries.frequencyOf(
                        Tuple.of(6, Arbitraries.just((byte) 0)),
                        Tuple.of(3, Arbitraries.bytes().between((byte) 1, (byte) 22)),
                        Tuple.of(1, Arbitraries.just((byte) '/')),
                        Tuple.of(1, Arbitraries.just((byte) -1)),
                        Tuple.of(1, Arbitraries.bytes()))
                .array(byte[].class)
                .ofMaxSize(80);
    }

    @Provide
    Arbitrary<TxnEntry> entries() {
        Arbitrary<TxnDigest> digest = Combinators.combine(Arbitraries.integers(), Arbitraries.longs())
                .as((version, tree) -> new TxnDigest(version, tree))
                .injectNull(0.3);
        return Combinators.combine(Arbitraries.longs(), Arbitraries.integers(), Arbitraries.longs(), txns(), digest)
                .as((number, cxid, zxid, txn, tail) -> TxnEntry.of(number, cxid, zxid, number ^ zxid, txn, tail));
    }

    private static Arbitrary<Txn> txns() {
        Arbitrary<Integer> version = Arbitraries.integers();
        Arbitrary<List<String>> named = path().list().ofMaxSize(3);
        return Arbitraries.oneOf(List.of(
                subs().map(sub -> sub),
                subs().list().ofMaxSize(4).map(Txn.Multi::new),
                version.map(Txn.CreateSession::new),
                named.map(Txn.CloseSession::new),
                Arbitraries.just(Txn.CloseSession.WITHOUT_PATHS),
                Combinators.combine(path(), acl(), version).as(Txn.SetAcl::new),
                Combinators.combine(path(), content(), version).as(Txn.Reconfig::new)));
    }

    private static Arbitrary<Txn.Sub> subs() {
        Arbitrary<Integer> number = Arbitraries.integers();
        Arbitrary<OpCode> creates = Arbitraries.of(OpCode.CREATE, OpCode.CREATE2);
        return Arbitraries.oneOf(List.of(
                Combinators.combine(creates, path(), content(), acl(), Arbitraries.of(true, false), number)
                        .as(Txn.Create::new),
                Combinators.combine(path(), content(), acl(), number).as(Txn.CreateContainer::new),
                Combinators.combine(path(), content(), acl(), number, Arbitraries.longs())
                        .as(Txn.CreateTtl::new),
                path().map(Txn.Delete::new),
                path().map(Txn.DeleteContainer::new),
                Combinators.combine(path(), content(), number).as(Txn.SetData::new),
                Combinators.combine(path(), number).as(Txn.Check::new),
                number.map(error -> new Txn.Failed(error))));
    }

    private static Arbitrary<String> path() {
        return Arbitraries.strings().withChars("/abé").ofMaxLength(8).map(name -> "/" + name);
    }

    private static Arbitrary<Bytes> content() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(8)
                .map(Bytes::wrap)
                .injectNull(0.2);
    }

    private static Arbitrary<List<Acl>> acl() {
        return Combinators.combine(Arbitraries.integers(), path(), path())
                .as(Acl::new)
                .list()
                .ofMaxSize(2);
    }
}
