package baton.server.sim.world;

import baton.protocol.Acl;
import baton.protocol.Stat;
import baton.server.request.ServerState;
import baton.server.sim.files.PlainNode;
import baton.server.sim.files.PlainTree;
import baton.server.sim.history.HistoryCheck;
import baton.server.sim.history.Violation;
import baton.server.tree.NodeState;
import baton.server.tree.Znode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What a server holds, line by line, beside what the history leads to, and what its files do. */
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

    /** Compares what a server holds that has just started with what anybody reads who opens its files: rule INV-20. */
    static void compare(PlainTree read, ServerState state) {
        TreeSet<String> held = new TreeSet<>(of(state));
        held.removeIf(each -> each.startsWith("memory "));
        TreeSet<String> written = new TreeSet<>(of(read));
        // Accounts are counted anew at each start, so that what is written there is not what counts.
        Predicate<String> isOfAccount =
                each -> each.substring(0, each.indexOf(' ')).endsWith("/zookeeper_stats");
        held.removeIf(isOfAccount);
        written.removeIf(isOfAccount);
        if (!held.equals(written)) {
            TreeSet<String> missing = new TreeSet<>(written);
            missing.removeAll(held);
            held.removeAll(written);
            throw new Violation(
                    "INV-20",
                    "the server's files lead to " + missing + ", as another reader has it; the server has instead "
                            + held);
        }
    }

    private static List<String> of(PlainTree read) {
        Map<String, Integer> children = new HashMap<>();
        read.nodes().keySet().stream()
                .filter(each -> !each.isEmpty())
                .forEach(each -> children.merge(each.substring(0, each.lastIndexOf('/')), 1, Integer::sum));
        List<String> lines = new ArrayList<>();
        read.nodes().forEach((path, node) -> lines.add(line(path, node, children.getOrDefault(path, 0))));
        read.sessions()
                .forEach((session, timeout) -> lines.add("session " + Long.toHexString(session) + " " + timeout));
        return lines;
    }

    private static String line(String path, PlainNode node, int children) {
        byte[] content = node.content();
        Stat stat = new Stat(
                node.czxid(),
                node.mzxid(),
                node.ctime(),
                node.mtime(),
                node.version(),
                2 * node.creations() - children,
                node.aversion(),
                node.session(),
                content == null ? 0 : content.length,
                children,
                node.pzxid());
        List<Acl> acl = node.grants().stream()
                .map(each -> new Acl(each.permissions(), each.scheme(), each.id()))
                .toList();
        return (path.isEmpty() ? "/" : path) + " " + stat + " "
                + (content == null ? "null" : HexFormat.of().formatHex(content)) + " " + acl;
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
