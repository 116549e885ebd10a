package baton.server.tree;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** The nodes that can vanish by themselves: containers, and nodes with a time to live. For the tree's writer. */
final class Vanishing {
    private final LinkedHashSet<Znode> nodes = new LinkedHashSet<>();

    void add(Znode node) {
        nodes.add(node);
    }

    void remove(Znode node) {
        nodes.remove(node);
    }

    /** See {@link ZnodeTree#vanishing}. */
    List<String> due(LongUnaryOperator ageMillis, long neverUsedMillis, int max) {
        List<String> paths = new ArrayList<>();
        for (Znode each : nodes) {
            if (paths.size() >= max) {
                break;
            }
            if (isDue(each.state(), ageMillis, neverUsedMillis)) {
                paths.add(each.path());
            }
        }
        return paths;
    }

    private static boolean isDue(NodeState state, LongUnaryOperator ageMillis, long neverUsedMillis) {
        if (state.childCount() > 0) {
            return false;
        }
        if (NodeOwner.isTtl(state.owner())) {
            return ageMillis.applyAsLong(state.mzxid()) > NodeOwner.ttlMillis(state.owner());
        }
        return state.creations() != 0 || neverUsedMillis > 0 && ageMillis.applyAsLong(state.mzxid()) > neverUsedMillis;
    }
}
