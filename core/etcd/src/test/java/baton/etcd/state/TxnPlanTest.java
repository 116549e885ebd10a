package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import baton.core.Capability;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.core.UnsupportedByCoreException;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TxnPlanTest {
    private static final Keys KEYS = Keys.in(NodePath.of("/ns"));
    private static final LeaseId SESSION = LeaseId.ofSession(4711);
    private static final NodePath A = NodePath.of("/a");
    private static final NodePath B = NodePath.of("/b");
    private static final NodeStat SEEN = new NodeStat(3, 5, 1, Optional.empty(), 0, OptionalInt.empty());
    private static final long FENCE = 2;

    @Test
    void everyChangeComparesTheFenceFirstAndReadsItWhenRefused() {
        TxnRequest request = plan(Txn.builder().delete(A, Expect.ANY).build()).request(FENCE);

        Compare fence = request.getCompare(0);
        assertThat(fence.getKey()).isEqualTo(KEYS.fence(SESSION));
        assertThat(fence.getVersion()).isEqualTo(FENCE);
        assertThat(request.getFailure(0).getRequestRange().getKey()).isEqualTo(KEYS.fence(SESSION));
        assertThat(request.getFailure(1).getRequestRange().getKey()).isEqualTo(KEYS.key(A));
    }

    @Test
    void anEphemeralIsPutWithTheLeaseOfItsSessionAndAWriteKeepsWhateverThereIs() {
        Txn txn = Txn.builder()
                .create(CreateSpec.plain(A, Payload.EMPTY, Lifetime.EPHEMERAL))
                .write(B, Payload.utf8("x"), Expect.unchanged(SEEN))
                .build();

        TxnRequest request = plan(txn).request(FENCE);

        PutRequest create = request.getSuccess(0).getRequestPut();
        PutRequest write = request.getSuccess(1).getRequestPut();
        assertThat(create.getLease()).isEqualTo(SESSION.value());
        assertThat(write.getIgnoreLease()).isTrue();
        assertThat(request.getCompare(1).getResult()).isEqualTo(Compare.CompareResult.EQUAL);
        assertThat(request.getCompare(1).getVersion()).isZero();
        assertThat(request.getCompare(2).getModRevision()).isEqualTo(5);
    }

    @Test
    void aCommittedCreateIsToldWithItsNameAndRevision() {
        UUID attempt = UUID.randomUUID();
        Txn txn = Txn.builder()
                .require(B)
                .create(CreateSpec.ordered(
                        A, Ordering.ticket("lock-"), Payload.utf8("me"), Lifetime.EPHEMERAL, attempt))
                .build();

        TxnPlan.Done done = (TxnPlan.Done) plan(txn).verdict(committed(9, put(null)), FENCE);

        assertThat(done.result().created().get(0)).isEmpty();
        assertThat(done.result().created().get(1).orElseThrow().path()).isEqualTo(A.child("lock-" + attempt));
        assertThat(done.result().created().get(1).orElseThrow().stat())
                .isEqualTo(new NodeStat(9, 9, 0, Optional.of(SESSION.session()), 2, OptionalInt.empty()));
    }

    @Test
    void aReplacedNodeKeepsItsCreateRevision() {
        Txn txn = Txn.builder()
                .replace(CreateSpec.plain(A, Payload.EMPTY, Lifetime.EPHEMERAL), Expect.ANY)
                .build();

        TxnPlan.Done done = (TxnPlan.Done) plan(txn).verdict(committed(9, put(kv(A, 3, 5, 2))), FENCE);

        assertThat(done.result().created().get(0).orElseThrow().stat())
                .isEqualTo(new NodeStat(3, 9, 2, Optional.of(SESSION.session()), 0, OptionalInt.empty()));
    }

    @Test
    void aWrittenNodeWithATimeToLiveHasItsLeaseRenewed() {
        LeaseId lease = LeaseId.ofNode(99);
        KeyValue before = kv(A, 3, 5, 2).toBuilder().setLease(lease.value()).build();
        Txn txn = Txn.builder().write(A, Payload.EMPTY, Expect.ANY).build();

        TxnPlan.Done done = (TxnPlan.Done) plan(txn).verdict(committed(9, put(before)), FENCE);

        assertThat(done.written()).containsExactly(lease);
        assertThat(done.stats().get(0).orElseThrow().owner()).isEmpty();
    }

    @Test
    void theFirstThatFailedIsNamed() {
        Txn txn = Txn.builder()
                .require(A)
                .write(B, Payload.EMPTY, Expect.unchanged(SEEN))
                .create(CreateSpec.plain(NodePath.of("/c"), Payload.EMPTY, Lifetime.PERSISTENT))
                .build();

        assertThat(plan(txn).verdict(refused(FENCE, kv(A, 1, 1, 1), kv(B, 3, 6, 3)), FENCE))
                .isEqualTo(new TxnPlan.Refused(new TxnResult.Refused(1, CoreError.STALE, B)));
        assertThat(plan(txn).verdict(refused(FENCE, kv(B, 3, 6, 3)), FENCE))
                .isEqualTo(new TxnPlan.Refused(new TxnResult.Refused(0, CoreError.NO_NODE, A)));
        assertThat(plan(txn).verdict(refused(FENCE, kv(A, 1, 1, 1)), FENCE))
                .isEqualTo(new TxnPlan.Refused(new TxnResult.Refused(1, CoreError.NO_NODE, B)));
        assertThat(plan(txn)
                        .verdict(refused(FENCE, kv(A, 1, 1, 1), kv(B, 3, 5, 2), kv(NodePath.of("/c"), 1, 1, 1)), FENCE))
                .isEqualTo(new TxnPlan.Refused(new TxnResult.Refused(2, CoreError.NODE_EXISTS, NodePath.of("/c"))));
    }

    @Test
    void aRaisedFenceOrNoneExplainsARefusalBeforeAnythingElse() {
        Txn txn = Txn.builder().require(A).build();

        assertThat(plan(txn).verdict(refused(FENCE + 1), FENCE)).isEqualTo(new TxnPlan.Fenced(FENCE + 1));
        TxnResponse gone = TxnResponse.newBuilder().addResponses(found()).build();
        assertThat(plan(txn).verdict(gone, FENCE)).isEqualTo(new TxnPlan.LeaseGone());
    }

    @Test
    void aFenceIsRaisedByAPutThatKeepsItsLease() {
        ByteString fence = KEYS.fence(SESSION);

        TxnRequest request = TxnPlan.raise(fence, FENCE, SESSION);

        assertThat(request.getSuccess(0).getRequestPut().getLease()).isEqualTo(SESSION.value());
        assertThat(TxnPlan.fenceVersion(committed(9, put(null)), FENCE)).contains(FENCE + 1);
        assertThat(TxnPlan.fenceVersion(refused(7), FENCE)).contains(7L);
        assertThat(TxnPlan.fenceVersion(
                        TxnResponse.newBuilder().addResponses(found()).build(), FENCE))
                .isEmpty();
    }

    @Test
    void thereAreNoContainersButTimesToLive() {
        CreateSpec container = CreateSpec.plain(A, Payload.EMPTY, Lifetime.CONTAINER);
        CreateSpec ttl = CreateSpec.plain(A, Payload.EMPTY, Lifetime.ttl(Duration.ofSeconds(5)));
        LeaseId lease = LeaseId.ofNode(5);

        assertThatExceptionOfType(UnsupportedByCoreException.class)
                .isThrownBy(() -> plan(Txn.builder().create(container).build()))
                .matches(refused -> refused.missing() == Capability.CONTAINER);
        assertThat(new TxnPlan(Txn.builder().create(ttl).build(), KEYS, SESSION, List.of(lease))
                        .request(FENCE)
                        .getSuccess(0)
                        .getRequestPut()
                        .getLease())
                .isEqualTo(lease.value());
    }

    private static TxnPlan plan(Txn txn) {
        return new TxnPlan(txn, KEYS, SESSION, List.of());
    }

    private static KeyValue kv(NodePath path, long created, long modified, long version) {
        return KeyValue.newBuilder()
                .setKey(KEYS.key(path))
                .setCreateRevision(created)
                .setModRevision(modified)
                .setVersion(version)
                .build();
    }

    private static ResponseOp put(KeyValue before) {
        PutResponse.Builder put = PutResponse.newBuilder();
        if (before != null) {
            put.setPrevKv(before);
        }
        return ResponseOp.newBuilder().setResponsePut(put).build();
    }

    private static ResponseOp found(KeyValue... entries) {
        return ResponseOp.newBuilder()
                .setResponseRange(RangeResponse.newBuilder().addAllKvs(List.of(entries)))
                .build();
    }

    private static TxnResponse committed(long revision, ResponseOp... responses) {
        return TxnResponse.newBuilder()
                .setSucceeded(true)
                .setHeader(ResponseHeader.newBuilder().setRevision(revision))
                .addAllResponses(List.of(responses))
                .build();
    }

    private static TxnResponse refused(long fenceVersion, KeyValue... present) {
        KeyValue fence = KeyValue.newBuilder()
                .setKey(KEYS.fence(SESSION))
                .setVersion(fenceVersion)
                .build();
        TxnResponse.Builder response = TxnResponse.newBuilder().addResponses(found(fence));
        for (KeyValue each : present) {
            response.addResponses(found(each));
        }
        return response.build();
    }
}
