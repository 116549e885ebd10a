package baton.server.tree;

import baton.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The quotas of a tree, and the accounts kept of them. For the tree's writer, but for the static part.
 *
 * <pre>
 * /zookeeper/quota/PATH/zookeeper_limits   its presence puts a quota on PATH; set by clients
 * /zookeeper/quota/PATH/zookeeper_stats    what PATH and everything below it use; kept here
 * </pre>
 *
 * <p>A change is put to the account of the deepest quota above it, and of no other. Keeping an account changes the data
 * of the node and nothing else of it: neither version nor zxid nor time, and no watch fires. Whoever caches what was read
 * must not go by the stat.
 *
 * <p>What a client writes there never stops anybody: what the reference implementation could not apply is refused before it
 * is logged, and where a directory holds it all the same an account that cannot be read is made anew and a quota on the root
 * is none. Limits that cannot be read warn of nothing.
 */
public final class Quotas {
    private static final String SYSTEM = "/zookeeper";
    private static final String PREFIX = ZnodeTree.QUOTA + "/";
    private static final byte[] PREFIX_UTF8 = PREFIX.getBytes(StandardCharsets.UTF_8);
    private static final String LIMITS = "/zookeeper_limits";
    private static final String USAGE = "/zookeeper_stats";

    private final ZnodeTree tree;
    private final LimitedPaths limited = new LimitedPaths();
    private final List<QuotaExcess> excesses = new ArrayList<>();

    Quotas(ZnodeTree tree) {
        this.tree = tree;
    }

    /** Returns the node that limits the path. */
    public static String limitsPath(String path) {
        return ZnodeTree.QUOTA + path + LIMITS;
    }

    /** Returns the node that keeps the account of the path. */
    public static String usagePath(String path) {
        return ZnodeTree.QUOTA + path + USAGE;
    }

    /** Returns the path limited by the node; null if the node limits none. */
    public static @Nullable String limitedBy(String path) {
        return path.startsWith(PREFIX)
                        && path.endsWith(LIMITS)
                        && path.length() > ZnodeTree.QUOTA.length() + LIMITS.length()
                ? path.substring(ZnodeTree.QUOTA.length(), path.length() - LIMITS.length())
                : null;
    }

    /**
     * Says whether the reference implementation stops for good at the node: it takes it for the limits of the empty path, or
     * of none, when it applies its create or its delete, or loads a snapshot that holds it.
     */
    public static boolean isMisplaced(String path) {
        int topLength = path.length() - LIMITS.length();
        return path.startsWith(SYSTEM)
                && path.endsWith(LIMITS)
                && topLength >= SYSTEM.length()
                && (topLength <= ZnodeTree.QUOTA.length()
                        || path.startsWith(ZnodeTree.QUOTA) && path.indexOf(LIMITS) == ZnodeTree.QUOTA.length());
    }

    /** Says whether the reference implementation, which can live with the node, stops for good at its delete. */
    public static boolean isUndeletable(String path) {
        int topLength = path.length() - LIMITS.length();
        return isMisplaced(path) && topLength <= ZnodeTree.QUOTA.length() && !path.equals(ZnodeTree.QUOTA + LIMITS);
    }

    /** Says whether the reference implementation stops for good at the next change below the quota whose account is set so. */
    public static boolean isUnreadableAccount(String path, @Nullable Bytes content) {
        return isUsage(path) && QuotaNumbers.parse(content).isEmpty();
    }

    /** Says whether the path, in UTF-8, lies where quotas are kept. */
    static boolean concerns(byte[] utf8) {
        return utf8.length >= PREFIX_UTF8.length
                && Arrays.equals(utf8, 0, PREFIX_UTF8.length, PREFIX_UTF8, 0, PREFIX_UTF8.length);
    }

    private static boolean isUsage(String path) {
        return path.startsWith(PREFIX) && path.endsWith(USAGE);
    }

    /** A node is in the tree, be it new or of a snapshot. */
    void inserted(String path) {
        String quota = limitedBy(path);
        if (quota != null) {
            limited.add(quota);
        }
    }

    /** Puts a node that a transaction created to its account. */
    void created(Znode node, String path) {
        int sentSize = node.state().contentSize();
        if (isUsage(path)) {
            renew(path, node);
        }
        account(path, 1, sentSize);
    }

    /** Puts a node that is gone to its account. */
    void removed(Znode node, int contentSize) {
        if (limited.isEmpty()) {
            return;
        }
        String path = node.path();
        String quota = limitedBy(path);
        if (quota != null) {
            limited.remove(quota);
        }
        account(path, -1, -contentSize);
    }

    /** Puts a change of data to its account. */
    void replaced(Znode node, String path, int moreBytes) {
        if (isUsage(path) && QuotaNumbers.parse(node.state().content()).isEmpty()) {
            renew(path, node);
        }
        account(path, 0, moreBytes);
    }

    /** Makes all accounts anew, when the server starts. */
    void renewAll() {
        for (String quota : limited.all()) {
            String path = usagePath(quota);
            Znode node = tree.find(path);
            if (node != null) {
                renew(path, node);
            }
        }
    }

    /** Tells of the soft quotas that were left behind since the last call. */
    void tellExcesses(Aftermath aftermath) {
        if (!excesses.isEmpty()) {
            excesses.forEach(aftermath::outgrew);
            excesses.clear();
        }
    }

    List<QuotaUse> all() {
        List<QuotaUse> all = new ArrayList<>();
        for (String quota : limited.all()) {
            QuotaNumbers limits = limits(quota);
            Znode node = tree.find(usagePath(quota));
            QuotaNumbers used = node == null
                    ? null
                    : QuotaNumbers.parse(node.state().content()).orElse(null);
            if (limits != null) {
                all.add(new QuotaUse(quota, used, limits));
            }
        }
        return all;
    }

    private void account(String path, int moreCount, long moreBytes) {
        String quota = limited.deepest(path, Integer.MAX_VALUE);
        if (quota == null) {
            return;
        }
        Znode node = tree.find(usagePath(quota));
        if (node == null) {
            return;
        }
        Optional<QuotaNumbers> before = QuotaNumbers.parse(node.state().content());
        QuotaNumbers after = before.isPresent() ? before.get().plus(moreCount, moreBytes) : count(quota);
        keep(node, after);
        QuotaNumbers limits = limits(quota);
        if (before.isPresent() && limits != null && QuotaExcess.isReached(before.get(), after, limits)) {
            excesses.add(new QuotaExcess(quota, after, limits));
        }
    }

    private @Nullable QuotaNumbers limits(String quota) {
        Znode node = tree.find(limitsPath(quota));
        return node == null ? null : QuotaNumbers.parse(node.state().content()).orElse(null);
    }

    /** Returns the top of the deepest subtree with a quota in which the path lies, and whose path is shorter than that. */
    @Nullable
    String deepest(String path, int shorterThan) {
        return limited.deepest(path, shorterThan);
    }

    private void renew(String usagePath, Znode node) {
        keep(node, count(usagePath.substring(ZnodeTree.QUOTA.length(), usagePath.length() - USAGE.length())));
    }

    /** Counts the subtree of the path, which is empty for the whole tree. */
    private QuotaNumbers count(String path) {
        Znode top = tree.find(path);
        if (top == null) {
            return QuotaNumbers.used(0, 0);
        }
        long bytes = 0;
        ArrayDeque<Znode> pending = new ArrayDeque<>();
        pending.push(top);
        while (!pending.isEmpty()) {
            Znode each = pending.pop();
            bytes += each.state().contentSize();
            each.children().forEach(pending::push);
        }
        return QuotaNumbers.used(1 + top.descendantCount(), bytes);
    }

    private void keep(Znode node, QuotaNumbers numbers) {
        Bytes text = numbers.text();
        if (!Objects.equals(text, node.state().content())) {
            tree.replace(node, node.state().withOwnContent(text));
        }
    }
}
