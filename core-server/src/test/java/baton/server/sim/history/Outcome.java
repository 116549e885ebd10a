package baton.server.sim.history;

import baton.protocol.MultiResult;
import baton.protocol.Response;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a request leads to, as the model says. */
record Outcome(int error, @Nullable Response response, List<Happening> events) {
    /** Says whether that is what a client was answered. */
    boolean isAnswerOf(Operation asked) {
        return asked.error() == error && (error != 0 || Objects.equals(ordered(asked.response()), ordered(response)));
    }

    /** Brings into order what has none. */
    private static @Nullable Object ordered(@Nullable Response response) {
        if (response instanceof Response.ChildrenWithStat children) {
            return new TreeSet<>(children.names()) + " " + children.stat();
        }
        if (response instanceof Response.Children children) {
            return new TreeSet<>(children.names());
        }
        if (response instanceof Response.AclList list) {
            return sorted(list.acl()) + " " + list.stat();
        }
        if (response instanceof Response.Identities who) {
            return sorted(who.identities());
        }
        if (response instanceof Response.Ephemerals ephemerals) {
            return new TreeSet<>(ephemerals.paths());
        }
        if (response instanceof Response.Multi multi) {
            return multi.results().stream()
                    .map(each -> each instanceof MultiResult.Done done ? ordered(done.response()) : each)
                    .toList();
        }
        return response;
    }

    private static List<String> sorted(List<?> unordered) {
        return unordered.stream().map(String::valueOf).sorted().toList();
    }
}
