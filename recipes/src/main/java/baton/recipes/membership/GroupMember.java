package baton.recipes.membership;

import baton.core.Payload;
import baton.recipes.CoordinationClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The joining side of a {@link GroupMembership}, in the words of those who come from Apache Curator: starting is joining,
 * closing is leaving. What it promises, and what not, is said there. Safe for use by many threads; nothing here blocks.
 */
public final class GroupMember implements AutoCloseable {
    private final GroupMembership group;

    /** @throws IllegalArgumentException if path or id cannot be names of nodes */
    public GroupMember(CoordinationClient client, String membershipPath, String thisId, Payload payload) {
        group = new GroupMembership(client, membershipPath, thisId, payload);
    }

    /**
     * Enters the group, and stays in it across sessions until it is closed. Returns at once.
     *
     * @return completes when our own view shows us; on the listener executor
     * @throws IllegalStateException if it was started before
     */
    public CompletionStage<Void> start() {
        return group.start().join();
    }

    /** As {@link GroupMembership#setThisData}. */
    public CompletionStage<Void> setThisData(Payload data) {
        return group.setThisData(data);
    }

    /** Who is in the group, as far as we know: payloads by id. A copy. */
    public Map<String, Payload> getCurrentMembers() {
        Map<String, Payload> payloads = new LinkedHashMap<>();
        group.view().members().forEach((id, member) -> payloads.put(id, member.payload()));
        return payloads;
    }

    /** The group it is in, to wait for sizes, hear of changes, or ask how fresh the view is. */
    public GroupMembership group() {
        return group;
    }

    /** Leaves. Idempotent; never waits for the store. */
    @Override
    public void close() {
        group.close();
    }
}
