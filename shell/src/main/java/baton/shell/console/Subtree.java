package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A node and all that is below it, read as it is walked: what vanishes meanwhile is left out, and only the part still
 * to be visited is held in memory.
 */
final class Subtree {
    private final Asking server;
    private final String top;

    /** How the server is asked. */
    @FunctionalInterface
    interface Asking {
        Response ask(String path, Request request) throws InterruptedException;
    }

    /** Takes one node after another. */
    @FunctionalInterface
    interface Visitor {
        void visit(String path) throws InterruptedException;
    }

    Subtree(Asking server, String top) {
        this.server = server;
        this.top = top;
    }

    /**
     * Visits the node, then its children, then what is below the first of them, and so on: every node after its parent.
     *
     * @throws RefusedException if the top does not exist
     */
    void forEach(Visitor visitor) throws InterruptedException {
        List<String> children = childrenOf(top);
        visitor.visit(top);
        Deque<String> ahead = new ArrayDeque<>();
        visit(children, visitor, ahead);
        while (!ahead.isEmpty()) {
            visit(childrenIfAny(ahead.pop()), visitor, ahead);
        }
    }

    private static void visit(List<String> children, Visitor visitor, Deque<String> ahead) throws InterruptedException {
        for (String child : children) {
            visitor.visit(child);
        }
        for (int i = children.size() - 1; i >= 0; i--) {
            ahead.push(children.get(i));
        }
    }

    private List<String> childrenIfAny(String path) throws InterruptedException {
        return present(() -> childrenOf(path)).orElse(List.of());
    }

    private List<String> childrenOf(String path) throws InterruptedException {
        Response.Children answer = (Response.Children) server.ask(path, new Request.GetChildren(path, false));
        return answer.names().stream().sorted().map(name -> child(path, name)).toList();
    }

    static String child(String path, String name) {
        return path.equals("/") ? "/" + name : path + "/" + name;
    }

    /** Asks the server for something. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws InterruptedException;
    }

    /** Returns the answer; empty if the node it is about does not exist. */
    static <T> Optional<T> present(Question<T> question) throws InterruptedException {
        try {
            return Optional.of(question.ask());
        } catch (RefusedException refused) {
            if (refused.code() == ErrorCode.NO_NODE) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
