package baton.etcd.state;

import baton.core.Capability;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.core.UnsupportedByCoreException;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the SPI as one of etcd, and the way back from its answer.
 *
 * <pre>
 * If     version(fence) = v, and for each operation one comparison
 * Then   for each change a put or a delete
 * Else   get fence, get every key that was compared
 * </pre>
 *
 * All comparisons are about the state before, as the SPI wants it. The reads of the else branch are of the same revision,
 * so from them follows which comparison failed first. A put of an ephemeral names the session's lease, because one without
 * would detach it; a write keeps whatever lease the key has. A node that is replaced keeps its create revision: etcd
 * neither puts a key twice nor puts and deletes it in one transaction.
 */
public final class TxnPlan {
    private record Step(
            Txn.Op op,
            NodePath path,
            ByteString key,
            Compare compare,
            @Nullable RequestOp change,
            LeaseId lease,
            int length) {}

    /** What an answer says. */
    public sealed interface Verdict {}

    /**
     * All of it happened.
     *
     * @param stats for each operation that created or wrote a node: its stat
     * @param written leases of nodes with a time to live that were written, and now have to be renewed
     */
    public record Done(TxnResult.Committed result, List<Optional<NodeStat>> stats, Set<LeaseId> written)
            implements Verdict {}

    /** None of it happened, because of an operation. */
    public record Refused(TxnResult.Refused result) implements Verdict {}

    /** None of it happened, because the fence was raised by a request whose reply was lost: try with this version. */
    public record Fenced(long version) implements Verdict {}

    /** None of it happened, because the lease of the session and with it the fence is gone. */
    public record LeaseGone() implements Verdict {}

    private final List<Step> steps = new ArrayList<>();
    private final ByteString fence;
    private final Set<ByteString> compared = new LinkedHashSet<>();

    /**
     * Plans a transaction.
     *
     * @param session its lease
     * @param nodeLeases one for each create of a node with a time to live, in their order
     * @throws UnsupportedByCoreException if it wants to create a container
     */
    public TxnPlan(Txn txn, Keys keys, LeaseId session, Collection<LeaseId> nodeLeases) {
        fence = keys.fence(session);
        Queue<LeaseId> ttlLeases = new ArrayDeque<>(nodeLeases);
        for (Txn.Op op : txn.ops()) {
            Step step = step(op, keys, session, ttlLeases);
            steps.add(step);
            compared.add(step.key());
        }
    }

    /** The times to live of the nodes it creates, in the order of its operations. */
    public static List<Lifetime.Ttl> timesToLive(Txn txn) {
        List<Lifetime.Ttl> found = new ArrayList<>();
        for (Txn.Op op : txn.ops()) {
            CreateSpec spec = spec(op);
            if (spec != null && spec.lifetime() instanceof Lifetime.Ttl ttl) {
                found.add(ttl);
            }
        }
        return found;
    }

    private static @Nullable CreateSpec spec(Txn.Op op) {
        if (op instanceof Txn.Create create) {
            return create.spec();
        }
        return op instanceof Txn.Replace replace ? replace.spec() : null;
    }

    private static Step step(Txn.Op op, Keys keys, LeaseId session, Queue<LeaseId> ttlLeases) {
        NodePath path = op.path();
        CreateSpec spec = spec(op);
        LeaseId lease = LeaseId.NONE;
        if (spec != null) {
            path = spec.ordering()
                    .map(ordering -> spec.path().child(EntryNames.name(ordering, spec.attempt())))
                    .orElse(spec.path());
            lease = lease(spec, session, ttlLeases);
        }
        ByteString key = keys.key(path);
        if (op instanceof Txn.Create create) {
            return new Step(op, path, key, absent(key), put(key, create.spec(), lease), lease, length(create.spec()));
        }
        if (op instanceof Txn.Replace replace) {
            RequestOp put = put(key, replace.spec(), lease);
            return new Step(op, path, key, expected(key, replace.expect()), put, lease, length(replace.spec()));
        }
        if (op instanceof Txn.Write write) {
            PutRequest put = PutRequest.newBuilder()
                    .setKey(key)
                    .setValue(Nodes.bytes(write.data()))
                    .setIgnoreLease(true)
                    .setPrevKv(true)
                    .build();
            RequestOp change = RequestOp.newBuilder().setRequestPut(put).build();
            return new Step(
                    op,
                    path,
                    key,
                    expected(key, write.expect()),
                    change,
                    lease,
                    write.data().length());
        }
        if (op instanceof Txn.Delete delete) {
            DeleteRangeRequest request =
                    DeleteRangeRequest.newBuilder().setKey(key).build();
            RequestOp change =
                    RequestOp.newBuilder().setRequestDeleteRange(request).build();
            return new Step(op, path, key, expected(key, delete.expect()), change, lease, 0);
        }
        Compare compare = op instanceof Txn.RequireUnchanged unchanged
                ? expected(key, Expect.unchanged(unchanged.seen()))
                : op instanceof Txn.RequireAbsent ? absent(key) : expected(key, Expect.ANY);
        return new Step(op, path, key, compare, null, lease, 0);
    }

    private static LeaseId lease(CreateSpec spec, LeaseId session, Queue<LeaseId> ttlLeases) {
        Lifetime lifetime = spec.lifetime();
        if (lifetime == Lifetime.CONTAINER) {
            throw new UnsupportedByCoreException(
                    Capability.CONTAINER,
                    spec.path() + ": etcd has no containers; directories come and go with what is in them");
        }
        if (lifetime instanceof Lifetime.Ttl) {
            return ttlLeases.remove();
        }
        return lifetime == Lifetime.EPHEMERAL ? session : LeaseId.NONE;
    }

    private static RequestOp put(ByteString key, CreateSpec spec, LeaseId lease) {
        PutRequest put = PutRequest.newBuilder()
                .setKey(key)
                .setValue(Nodes.bytes(spec.data()))
                .setLease(lease.value())
                .setPrevKv(true)
                .build();
        return RequestOp.newBuilder().setRequestPut(put).build();
    }

    private static int length(CreateSpec spec) {
        return spec.data().length();
    }

    private static Compare absent(ByteString key) {
        return version(key, Compare.CompareResult.EQUAL, 0);
    }

    private static Compare expected(ByteString key, Expect expect) {
        if (expect instanceof Expect.Unchanged unchanged) {
            return Compare.newBuilder()
                    .setKey(key)
                    .setTarget(Compare.CompareTarget.MOD)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setModRevision(unchanged.seen().modRev())
                    .build();
        }
        return version(key, Compare.CompareResult.GREATER, 0);
    }

    private static Compare version(ByteString key, Compare.CompareResult result, long version) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.VERSION)
                .setResult(result)
                .setVersion(version)
                .build();
    }

    /** The request, which happens only while the fence has a version. */
    public TxnRequest request(long fenceVersion) {
        TxnRequest.Builder request = TxnRequest.newBuilder()
                .addCompare(version(fence, Compare.CompareResult.EQUAL, fenceVersion))
                .addFailure(get(fence));
        for (Step step : steps) {
            request.addCompare(step.compare());
            if (step.change() != null) {
                request.addSuccess(step.change());
            }
        }
        compared.forEach(key -> request.addFailure(get(key)));
        return request.build();
    }

    /** The request that raises a fence by one, unless it has another version or is gone. */
    public static TxnRequest raise(ByteString fence, long fenceVersion, LeaseId session) {
        PutRequest put =
                PutRequest.newBuilder().setKey(fence).setLease(session.value()).build();
        return TxnRequest.newBuilder()
                .addCompare(version(fence, Compare.CompareResult.EQUAL, fenceVersion))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                .addFailure(get(fence))
                .build();
    }

    /** The request that asks the leader whether a fence is there; it is the first thing the answer holds. */
    public static TxnRequest look(ByteString fence) {
        return TxnRequest.newBuilder()
                .addCompare(version(fence, Compare.CompareResult.GREATER, 0))
                .addSuccess(get(fence))
                .addFailure(get(fence))
                .build();
    }

    /** The version of the fence that the answer to {@link #raise} or {@link #look} tells; empty if it is gone. */
    public static Optional<Long> fenceVersion(TxnResponse answer, long fenceVersion) {
        ResponseOp first = answer.getResponses(0);
        if (first.hasResponsePut()) {
            return Optional.of(fenceVersion + 1);
        }
        return first.getResponseRange().getKvsList().stream()
                .map(KeyValue::getVersion)
                .findFirst();
    }

    private static RequestOp get(ByteString key) {
        return RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(key))
                .build();
    }

    /** What the answer to {@link #request} says. */
    public Verdict verdict(TxnResponse answer, long fenceVersion) {
        return answer.getSucceeded() ? done(answer) : refused(answer, fenceVersion);
    }

    private Done done(TxnResponse answer) {
        long revision = answer.getHeader().getRevision();
        List<Optional<Created>> created = new ArrayList<>();
        List<Optional<NodeStat>> stats = new ArrayList<>();
        Set<LeaseId> written = new LinkedHashSet<>();
        int at = 0;
        for (Step step : steps) {
            NodeStat stat = null;
            if (step.change() != null) {
                ResponseOp response = answer.getResponses(at++);
                stat = stat(step, response.getResponsePut().getPrevKv(), revision);
                LeaseId kept = new LeaseId(response.getResponsePut().getPrevKv().getLease());
                if (step.op() instanceof Txn.Write && kept.isOfNode()) {
                    written.add(kept);
                }
            }
            stats.add(Optional.ofNullable(stat));
            created.add(
                    stat == null || spec(step.op()) == null
                            ? Optional.empty()
                            : Optional.of(new Created(step.path(), stat)));
        }
        return new Done(new TxnResult.Committed(created), stats, written);
    }

    private static @Nullable NodeStat stat(Step step, KeyValue before, long revision) {
        if (step.op() instanceof Txn.Create) {
            return Nodes.created(revision, step.lease(), step.length());
        }
        if (step.op() instanceof Txn.Replace) {
            return Nodes.written(before, revision, step.lease(), step.length());
        }
        return step.op() instanceof Txn.Write
                ? Nodes.written(before, revision, new LeaseId(before.getLease()), step.length())
                : null;
    }

    private Verdict refused(TxnResponse answer, long fenceVersion) {
        Optional<KeyValue> seenFence = found(answer.getResponses(0));
        if (seenFence.isEmpty()) {
            return new LeaseGone();
        }
        if (seenFence.get().getVersion() != fenceVersion) {
            return new Fenced(seenFence.get().getVersion());
        }
        Map<ByteString, KeyValue> found = new HashMap<>();
        for (int at = 1; at < answer.getResponsesCount(); at++) {
            found(answer.getResponses(at)).ifPresent(each -> found.put(each.getKey(), each));
        }
        for (int index = 0; index < steps.size(); index++) {
            Step step = steps.get(index);
            CoreError error = error(step, found.get(step.key()));
            if (error != null) {
                return new Refused(new TxnResult.Refused(index, error, step.op().path()));
            }
        }
        throw new IllegalStateException("a transaction failed although all that it compared holds");
    }

    private static Optional<KeyValue> found(ResponseOp response) {
        return response.getResponseRange().getKvsList().stream().findFirst();
    }

    private static @Nullable CoreError error(Step step, @Nullable KeyValue present) {
        Compare compare = step.compare();
        if (compare.getTarget() == Compare.CompareTarget.VERSION
                && compare.getResult() == Compare.CompareResult.EQUAL) {
            return present == null ? null : CoreError.NODE_EXISTS;
        }
        if (present == null) {
            return CoreError.NO_NODE;
        }
        boolean stale = compare.getTarget() == Compare.CompareTarget.MOD
                && present.getModRevision() != compare.getModRevision();
        return stale ? CoreError.STALE : null;
    }
}
