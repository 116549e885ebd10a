package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node and all that is below it, read as it is walked: what vanishes meanwhile is left out, and only the part still
 * to be visited is held in memory.
 */
final class Subtree {
    private final Asking server;
    private final String top;
    private final @Nullable Unreadable unreadable;

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

    /** A walk over it ends where a node may not be read. */
    Subtree(Asking server, String top) {
        this(server, top, null);
    }

    /** @param unreadable gets the nodes below the top that may not be read, over which a walk goes on; null: it ends there */
    Subtree(Asking server, String top, @Nullable Unreadable unreadable) {
        this.server = server;
        this.top = top;
        this.unreadable = unreadable;
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

    /**
     * Visits every node after all that is below it, the top last.
     *
     * @throws RefusedException if the top does not exist
     */
    void forEachChildrenFirst(Visitor visitor) throws InterruptedException {
        Deque<Level> levels = new ArrayDeque<>();
        levels.push(new Level(top, childrenOf(top).iterator()));
        while (!levels.isEmpty()) {
            Level level = levels.peek();
            if (level.children().hasNext()) {
                String child = level.children().next();
                levels.push(new Level(child, childrenIfAny(child).iterator()));
            } else {
                visitor.visit(levels.pop().path());
            }
        }
    }

    /** A node on the way down, and which of its children are still to be visited. */
    private record Level(String path, Iterator<String> children) {}

    /** Returns the paths that a walk would visit first. */
    List<String> first(int count) throws InterruptedException {
        List<String> paths = new ArrayList<>(List.of(top));
        for (int i = 0; i < paths.size() && paths.size() < count; i++) {
            paths.addAll(childrenIfAny(paths.get(i)));
        }
        return paths.subList(0, Math.min(count, paths.size()));
    }

    /** Returns how many nodes there are. Servers before 3.6 do not count: then they are walked over. */
    long count() throws InterruptedException {
        try {
            Response answer = server.ask(top, new Request.GetAllChildrenNumber(top));
            return 1L + ((Response.DescendantCount) answer).count();
        } catch (RefusedException refused) {
            if (refused.code() != ErrorCode.UNIMPLEMENTED) {
                throw refused;
            }
            long[] count = {0};
            forEach(path -> count[0]++);
            return count[0];
        }
    }

    private List<String> childrenIfAny(String path) throws InterruptedException {
        Question<List<String>> children = () -> childrenOf(path);
        return (unreadable == null ? present(children) : unreadable.present(path, children)).orElse(List.of());
    }

    private List<String> childrenOf(String path) throws InterruptedException {
        Response.Children answer = (Response.Children) server.ask(path, new Request.GetChildren(path, false));
        return answer.names().stream().sorted().map(name -> child(path, name)).toList();
    }

    /** Whether a path is below another, or the same. */
    static boolean contains(String top, String path) {
        return top.equals("/") || path.equals(top) || path.startsWith(top + "/");
    }

    /** Returns the path in another tree that stands for one in this. */
    static String moved(String path, String from, String to) {
        String relative = from.equals("/") ? path : path.substring(from.length());
        if (relative.isEmpty() || relative.equals("/")) {
            return to;
        }
        return to.equals("/") ? relative : to + relative;
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
