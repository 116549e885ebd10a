package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * A node and all that is below it, read as it is walked: what vanishes meanwhile is left out, and only the part still
 * to be visited is held in memory.
 */
final class Subtree {
    private final ZnodeShell shell;
    private final String top;

    Subtree(ZnodeShell shell, String top) {
        this.shell = shell;
        this.top = top;
    }

    /**
     * Visits the node, then its children, then what is below the first of them, and so on: every node after its parent.
     *
     * @throws RefusedException if the top does not exist
     */
    void forEach(Consumer<String> visitor) throws InterruptedException {
        List<String> children = childrenOf(top);
        visitor.accept(top);
        Deque<String> ahead = new ArrayDeque<>();
        visit(children, visitor, ahead);
        while (!ahead.isEmpty()) {
            visit(childrenIfAny(ahead.pop()), visitor, ahead);
        }
    }

    private static void visit(List<String> children, Consumer<String> visitor, Deque<String> ahead) {
        children.forEach(visitor);
        for (int i = children.size() - 1; i >= 0; i--) {
            ahead.push(children.get(i));
        }
    }

    private List<String> childrenIfAny(String path) throws InterruptedException {
        try {
            return childrenOf(path);
        } catch (RefusedException refused) {
            if (refused.code() == ErrorCode.NO_NODE) {
                return List.of();
            }
            throw refused;
        }
    }

    private List<String> childrenOf(String path) throws InterruptedException {
        Response.Children answer = (Response.Children) shell.ask(path, new Request.GetChildren(path, false));
        String prefix = path.equals("/") ? "/" : path + "/";
        return answer.names().stream().sorted().map(prefix::concat).toList();
    }
}
