package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code diff}: compares two subtrees node by node, here, in an exported file or at another ensemble. Of what is on one
 * side only, the topmost node is shown.
 */
final class DiffVerb {
    private static final int TEXT_SHOWN_MAX = 60;

    private final ZnodeShell shell;
    private final Tree left;
    private final Tree right;
    private long differences;

    private DiffVerb(ZnodeShell shell, Tree left, Tree right) {
        this.shell = shell;
        this.left = left;
        this.right = right;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        try (Tree left = Tree.of(arguments, 0, shell);
                Tree right = Tree.of(arguments, 1, shell)) {
            require(left, arguments.operands().get(0));
            require(right, arguments.operands().get(1));
            DiffVerb diff = new DiffVerb(shell, left, right);
            diff.compare();
            if (diff.differences > 0) {
                throw new CommandRefusedException(
                        "Different", null, diff.differences == 1 ? "1 difference" : diff.differences + " differences");
            }
        }
    }

    private static void require(Tree tree, String named) throws InterruptedException {
        if (tree.node("/").isEmpty()) {
            throw new RefusedException(ErrorCode.NO_NODE, named);
        }
    }

    private void compare() throws InterruptedException {
        Deque<String> ahead = new ArrayDeque<>(List.of("/"));
        while (!ahead.isEmpty()) {
            String path = ahead.pop();
            if (isComparable(path)) {
                below(path).descendingIterator().forEachRemaining(ahead::push);
            }
        }
    }

    private TreeSet<String> below(String path) throws InterruptedException {
        TreeSet<String> children = new TreeSet<>();
        left.children(path).forEach(name -> children.add(Subtree.child(path, name)));
        right.children(path).forEach(name -> children.add(Subtree.child(path, name)));
        children.removeIf(ExportVerb::isReserved);
        return children;
    }

    /** Compares a node, and returns whether it is on both sides. */
    private boolean isComparable(String path) throws InterruptedException {
        Optional<ExportedNode> here = left.node(path);
        Optional<ExportedNode> there = right.node(path);
        if (here.isEmpty() || there.isEmpty()) {
            if (here.isPresent()) {
                print("-", path, "left", "");
            } else if (there.isPresent()) {
                print("+", path, "right", "");
            }
            return false;
        }
        compare(here.get(), there.get());
        return true;
    }

    private void compare(ExportedNode here, ExportedNode there) {
        String path = here.path();
        if (!Objects.equals(here.data(), there.data())) {
            print("~", path, "data", "  " + shown(here.data()) + " -> " + shown(there.data()));
        }
        if (!here.acl().equals(there.acl())) {
            print("~", path, "acl", "  other rights");
        }
        if (here.isEphemeral() != there.isEphemeral()) {
            print(
                    "~",
                    path,
                    "ephemeral",
                    here.isEphemeral() ? "  ephemeral -> persistent" : "  persistent -> ephemeral");
        }
    }

    private static String shown(@Nullable Bytes data) {
        if (data == null) {
            return "null";
        }
        boolean brief = data.size() <= TEXT_SHOWN_MAX && DataText.isText(data);
        return brief ? "'" + data.utf8().replaceAll("\\s+", " ") + "'" : data.size() + " bytes";
    }

    private void print(String sign, String path, String what, String more) {
        differences++;
        Paint paint = shell.output().paint();
        String text = sign + " " + path;
        String painted = sign.equals("-") ? paint.error(text) : sign.equals("+") ? paint.good(text) : text;
        shell.print(Result.of(painted + more).with("path", path).with("difference", what));
    }
}
