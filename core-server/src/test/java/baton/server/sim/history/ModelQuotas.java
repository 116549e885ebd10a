package baton.server.sim.history;

import static baton.server.sim.history.ModelNode.sizeOf;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The quotas of the model, which are nodes of its tree: what they refuse, and what their accounts say. */
final class ModelQuotas {
    /** What an account says. */
    private record Used(long nodes, long bytes) {}

    /** So many entries, at most, are checked before what goes before them is applied. */
    static final int OUTSTANDING_MAX = 40;

    private static final String QUOTA = "/zookeeper/quota";
    private static final String LIMITS = "/zookeeper_limits";
    private static final String ACCOUNT = "/zookeeper_stats";

    private final ModelTree tree;
    private final boolean enforced;

    ModelQuotas(ModelTree tree, boolean enforced) {
        this.tree = tree;
        this.enforced = enforced;
    }

    /** The server has started again, and counts everything anew: what a quota inside another has is counted for both. */
    void restarted() {
        List<String> accounts = tree.paths().stream()
                .filter(each -> isAccount(each) && tree.has(QUOTA + limitedBy(each) + LIMITS))
                .toList();
        accounts.forEach(this::renew);
    }

    /** Says whether some quota is inside another. */
    boolean isOneInsideAnother() {
        return tree.paths().stream()
                .filter(each -> each.startsWith(QUOTA + "/") && each.endsWith(LIMITS))
                .map(each -> each.substring(QUOTA.length(), each.length() - LIMITS.length()))
                .anyMatch(each -> !deepest(ModelTree.parent(each)).isEmpty());
    }

    // Accounts.

    /** A node was made: an account counts what there is. */
    void created(String path, @Nullable Bytes content) {
        if (isAccount(path)) {
            renew(path);
        }
        account(path, 1, sizeOf(content));
    }

    /** Puts a change to the account of the deepest quota, and of no other. */
    void account(String path, int moreNodes, long moreBytes) {
        String account = QUOTA + deepest(path) + ACCOUNT;
        if (tree.has(QUOTA + deepest(path) + LIMITS) && tree.has(account)) {
            Used used = used(tree.find(account));
            keep(account, used.nodes + moreNodes, used.bytes + moreBytes);
        }
    }

    /** Returns the top of the deepest quota to which the path belongs; empty if there is none. */
    private String deepest(String path) {
        String top = path;
        while (!top.isEmpty() && !tree.has(QUOTA + top + LIMITS)) {
            top = ModelTree.parent(top);
        }
        return top;
    }

    private void renew(String account) {
        String top = limitedBy(account);
        keep(account, countOf(top), bytesOf(top));
    }

    private void keep(String account, long count, long bytes) {
        Bytes text = Bytes.utf8("count=" + count + ",bytes=" + bytes);
        tree.put(account, tree.find(account).withContent(text));
    }

    private long countOf(String top) {
        return tree.has(top) ? 1 + tree.below(top).size() : 0;
    }

    private long bytesOf(String top) {
        long bytes = tree.has(top) ? tree.find(top).size() : 0;
        for (ModelNode each : tree.below(top).values()) {
            bytes += each.size();
        }
        return bytes;
    }

    private static Used used(ModelNode account) {
        String[] words = account.content().utf8().split("[=,]");
        return new Used(Long.parseLong(words[1]), Long.parseLong(words[3]));
    }

    private static boolean isAccount(String path) {
        return path.startsWith(QUOTA + "/") && path.endsWith(ACCOUNT);
    }

    private static String limitedBy(String account) {
        return account.substring(QUOTA.length(), account.length() - ACCOUNT.length());
    }

    // What they refuse.

    /** @param maybe whether a quota has refused it that may not count yet, as its account is on its way to the disk */
    void require(String path, int moreNodes, long moreBytes, long zxid, boolean maybe) throws Refused {
        String top = deepest(path);
        ModelNode account = tree.find(QUOTA + top + ACCOUNT);
        if (!enforced || top.isEmpty() || account == null) {
            return;
        }
        Map<String, Long> limits = numbers(tree.find(QUOTA + top + LIMITS).content());
        Used used = used(account);
        boolean isBeyond = isBeyond(moreNodes, used.nodes, limits.get("countHardLimit"))
                || isBeyond(moreBytes, used.bytes, limits.get("byteHardLimit"));
        boolean isOnItsWay = zxid - account.mzxid() < OUTSTANDING_MAX;
        if (isBeyond && (!isOnItsWay || maybe)) {
            throw new Refused(ErrorCode.QUOTA_EXCEEDED);
        }
    }

    private static boolean isBeyond(long more, long used, @Nullable Long limit) {
        return more != 0 && limit != null && limit >= 0 && used + more > limit;
    }

    private static Map<String, Long> numbers(@Nullable Bytes text) throws Refused {
        Map<String, Long> numbers = new TreeMap<>();
        for (String each : text == null ? new String[1] : text.utf8().split("[,;]")) {
            if (each == null || each.indexOf('=') < 0) {
                throw new Refused(ErrorCode.MARSHALLING_ERROR);
            }
            String[] parts = each.split("=");
            numbers.put(parts[0], Long.parseLong(parts[1]));
        }
        return numbers;
    }

    /** What is put into an account has to be one. */
    static void requireReadable(String path, @Nullable Bytes content) throws Refused {
        if (!isAccount(path)) {
            return;
        }
        try {
            numbers(content);
        } catch (Refused | NumberFormatException e) {
            throw new Refused(ErrorCode.BAD_ARGUMENTS);
        }
    }
}
