package baton.server.request;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.server.tree.NodeState;
import org.jspecify.annotations.Nullable;

/** Tells the requests that need more space on the disk from those that do not, and from those that give some back. */
final class Growth {
    private Growth() {}

    /**
     * Says whether the request creates a node or makes one larger; a transaction does if any of its parts does. Lists
     * of rights are not looked at: whether one is new is known when it is checked.
     */
    static boolean isIn(Request request, OutstandingChanges changes) {
        if (request instanceof Request.Multi multi) {
            return multi.ops().stream().anyMatch(each -> isIn(each, changes));
        }
        if (request instanceof Request.SetData set) {
            NodeState state = changes.find(set.path());
            return state != null && size(set.content()) > size(state.content());
        }
        return request instanceof Request.Creation;
    }

    /** Says whether the request does nothing but delete; a transaction may check versions beside. */
    static boolean isNegativeIn(Request request) {
        if (request instanceof Request.Multi multi) {
            return multi.ops().stream().anyMatch(Request.Delete.class::isInstance)
                    && multi.ops().stream()
                            .allMatch(each -> each instanceof Request.Delete || each instanceof Request.Check);
        }
        return request instanceof Request.Delete;
    }

    private static int size(@Nullable Bytes content) {
        return content == null ? 0 : content.size();
    }
}
