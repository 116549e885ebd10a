package baton.server.request;

import baton.protocol.ErrorCode;
import baton.server.request.OutstandingSums.Sum;
import baton.server.tree.NodeState;
import baton.server.tree.QuotaNumbers;
import baton.server.tree.Quotas;
import baton.server.tree.ZnodeTree;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what would take a subtree beyond its hard quota.
 *
 * <p>The deepest quota above a path counts, and no other. What is used is what the tree has on its account and what is on
 * its way to the disk: neither a multi nor a pipeline can overshoot. What shrinks is refused too while the subtree is
 * beyond its quota, as in the reference implementation; what is deleted never is.
 */
final class QuotaChecks {
    private final OutstandingChanges changes;
    private final boolean enforced;
    private final OutstandingSums<String> outstanding = new OutstandingSums<>();
    private @Nullable String exceeded;

    QuotaChecks(OutstandingChanges changes, boolean enforced) {
        this.changes = changes;
        this.enforced = enforced;
    }

    /** Begins with another transaction. */
    void begin() {
        exceeded = null;
    }

    /** Returns the top of the subtree whose quota has refused the transaction; null if none has. */
    @Nullable
    String exceeded() {
        return exceeded;
    }

    /** Refuses a new node, or puts it to its account. */
    void create(String path, int bytes, long zxid) throws Refusal {
        String quota = deepest(path);
        if (quota != null) {
            require(quota, 1, bytes);
            outstanding.add(zxid, quota, 1, bytes);
        }
    }

    /** Refuses other data of a node, or puts them to its account. */
    void replace(String path, long moreBytes, long zxid) throws Refusal {
        String quota = deepest(path);
        if (quota != null) {
            require(quota, 0, moreBytes);
            outstanding.add(zxid, quota, 0, moreBytes);
        }
    }

    /** Takes a node that is deleted off its account. */
    void delete(String path, int bytes, long zxid) {
        String quota = deepest(path);
        if (quota != null) {
            outstanding.add(zxid, quota, -1, -bytes);
        }
    }

    /** Takes back what the transaction put to accounts. */
    void undo(long zxid) {
        outstanding.undo(zxid);
    }

    /** Forgets what the tree has on its accounts by now. */
    void applied(long zxid) {
        outstanding.applied(zxid);
    }

    /** Says whether there is any account to keep. */
    boolean areAny() {
        return enforced && !isWithoutQuotas();
    }

    private @Nullable String deepest(String path) {
        return areAny() ? changes.deepestQuota(path) : null;
    }

    private boolean isWithoutQuotas() {
        NodeState all = changes.find(ZnodeTree.QUOTA);
        return all == null || all.childCount() == 0;
    }

    private void require(String quota, int moreCount, long moreBytes) throws Refusal {
        NodeState limitsNode = changes.find(Quotas.limitsPath(quota));
        NodeState usageNode = changes.find(Quotas.usagePath(quota));
        if (limitsNode == null || usageNode == null) {
            return;
        }
        QuotaNumbers limits =
                QuotaNumbers.parse(limitsNode.content()).orElseThrow(() -> new Refusal(ErrorCode.MARSHALLING_ERROR));
        Optional<QuotaNumbers> used = QuotaNumbers.parse(usageNode.content());
        if (used.isEmpty()) {
            // It is on its way to the disk, and will be counted when it is there.
            return;
        }
        Sum sum = outstanding.of(quota);
        if (isTooMuch(moreCount, used.get().count() + sum.count(), limits.countHard())
                || isTooMuch(moreBytes, used.get().bytes() + sum.bytes(), limits.bytesHard())) {
            exceeded = quota;
            throw new Refusal(ErrorCode.QUOTA_EXCEEDED);
        }
    }

    private static boolean isTooMuch(long more, long used, long limit) {
        return more != 0 && limit >= 0 && used + more > limit;
    }
}
