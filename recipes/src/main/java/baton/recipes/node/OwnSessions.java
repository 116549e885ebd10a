package baton.recipes.node;

import baton.core.SessionId;
import baton.recipes.ClientSession;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions a client has had, the last {@value #REMEMBERED_MAX}: what they left behind may be taken over. */
final class OwnSessions {
    private static final int REMEMBERED_MAX = 1_000;

    private final Set<SessionId> ids = ConcurrentHashMap.newKeySet();
    /** Confined to the strand of the follower. */
    private final Deque<SessionId> order = new ArrayDeque<>();

    private OwnSessions(RecipeRuntime runtime) {
        runtime.follow(runtime.newStrand("own sessions"), new SessionFollower() {
            @Override
            public void joined(ClientSession session) {
                SessionId id = session.core().id();
                if (ids.add(id)) {
                    order.add(id);
                }
                if (order.size() > REMEMBERED_MAX) {
                    ids.remove(order.remove());
                }
            }
        });
    }

    static OwnSessions of(RecipeRuntime runtime) {
        return runtime.shared(OwnSessions.class, () -> new OwnSessions(runtime));
    }

    boolean contains(SessionId id) {
        return ids.contains(id);
    }
}
