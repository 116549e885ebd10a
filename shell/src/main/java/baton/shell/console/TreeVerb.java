package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import java.util.List;

/** {@code tree}: draws a node and what is below it, as it is read. */
final class TreeVerb {
    private final ZnodeShell shell;
    private final long depthMax;
    private final boolean sizes;
    private final Unreadable unreadable = new Unreadable();

    private TreeVerb(ZnodeShell shell, long depthMax, boolean sizes) {
        this.shell = shell;
        this.depthMax = depthMax;
        this.sizes = sizes;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String top = arguments.path();
        long depthMax = arguments.number("L", Long.MAX_VALUE, 0, Long.MAX_VALUE);
        new TreeVerb(shell, depthMax, arguments.has("s")).top(top);
    }

    private void top(String path) throws InterruptedException {
        Response.ChildrenWithStat node = read(path);
        print(path, path, "", 0, node.stat());
        below(path, "", 1, node.names());
        unreadable.tell();
    }

    private void below(String path, String indent, int depth, List<String> names) throws InterruptedException {
        if (depth > depthMax) {
            return;
        }
        List<String> sorted = names.stream().sorted().toList();
        for (int i = 0; i < sorted.size(); i++) {
            boolean last = i == sorted.size() - 1;
            String child = Subtree.child(path, sorted.get(i));
            Response.ChildrenWithStat node =
                    unreadable.present(child, () -> read(child)).orElse(null);
            if (node != null) {
                print(child, sorted.get(i), indent + (last ? "└── " : "├── "), depth, node.stat());
                below(child, indent + (last ? "    " : "│   "), depth + 1, node.names());
            }
        }
    }

    private Response.ChildrenWithStat read(String path) throws InterruptedException {
        return (Response.ChildrenWithStat) shell.ask(path, new Request.GetChildren2(path, false));
    }

    private void print(String path, String name, String branch, int depth, Stat stat) {
        Paint paint = shell.output().paint();
        StringBuilder line = new StringBuilder(paint.faint(branch)).append(name);
        if (sizes) {
            line.append("  ").append(stat.dataLength()).append(" bytes");
        }
        if (stat.ephemeralOwner() != 0) {
            line.append("  ").append(paint.fleeting("(ephemeral " + Result.hex(stat.ephemeralOwner()) + ")"));
        }
        shell.print(Result.of(line.toString())
                .with("path", path)
                .with("depth", depth)
                .with("bytes", stat.dataLength())
                .with("ephemeralOwner", Result.hex(stat.ephemeralOwner())));
    }
}
