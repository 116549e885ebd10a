package baton.server.sim.world;

import baton.server.request.ServerState;
import baton.server.sim.history.HistoryCheck;
import baton.server.sim.history.Violation;
import baton.server.tree.NodeState;
import baton.server.tree.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a server holds, line by line, beside what the history leads to. */
final class StateDump {
    private StateDump() {}

    /** Compares the two: rule G-13, and INV-11. */
    static void compare(HistoryCheck judge, ServerState state) {
        TreeSet<String> held = new TreeSet<>(of(state));
        TreeSet<String> expected = new TreeSet<>(judge.expectedState());
        if (!held.equals(expected)) {
            TreeSet<String> missing = new TreeSet<>(expected);
            missing.removeAll(held);
            held.removeAll(expected);
            throw new Violation("G-13", "after a restart the server lacks " + missing + " and has instead " + held);
        }
    }

    private static List<String> of(ServerState state) {
        List<String> lines = new ArrayList<>();
        add(state.tree().root(), lines);
        state.sessions()
                .timeoutsMillis()
                .forEach((session, timeout) -> lines.add("session " + Long.toHexString(session) + " " + timeout));
        lines.add("memory " + state.tree().memoryBytes());
        return lines;
    }

    private static void add(Znode node, List<String> lines) {
        NodeState state = node.state();
        lines.add((node.isRoot() ? "/" : node.path()) + " " + state.stat() + " "
                + (state.content() == null ? "null" : state.content().hex()) + " "
                + state.acl().list());
        node.children().forEach(each -> add(each, lines));
    }
}
