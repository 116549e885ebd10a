package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** {@code delete} and {@code deleteall}. */
final class DeleteVerbs {
    private static final int BATCH_DEFAULT = 1_000;
    /** Leaves room for what else is in a request of a megabyte. */
    private static final int BATCH_CHARS_MAX = 256 * 1024;

    private static final int ASKED_ABOVE = 10;
    private static final int NAMED_MAX = 5;

    private DeleteVerbs() {}

    static void delete(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        int version = arguments.version();
        if (arguments.operands().size() > 1) {
            shell.output()
                    .note(
                            "'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.");
            version = new Arguments(Map.of("v", arguments.operands().get(1)), List.of()).version();
        }
        shell.ask(arguments.path(), new Request.Delete(arguments.path(), version));
    }

    /** Deletes every node before its parent, in batches. It is not one step: others see the subtree shrink. */
    static void deleteAll(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String top = arguments.path();
        int batch = (int) arguments.number("b", BATCH_DEFAULT, 0, Integer.MAX_VALUE);
        if (top.equals("/") || top.equals("/zookeeper")) {
            throw new RefusedException(ErrorCode.BAD_ARGUMENTS, top);
        }
        Deque<String> childrenFirst = new ArrayDeque<>();
        new Subtree(shell::ask, top).forEach(childrenFirst::push);
        if (arguments.has("dry-run")) {
            childrenFirst
                    .descendingIterator()
                    .forEachRemaining(path ->
                            shell.print(Result.of("would delete " + path).with("path", path)));
            return;
        }
        if (!arguments.has("yes") && (childrenFirst.size() > ASKED_ABOVE || top.startsWith("/zookeeper/"))) {
            shell.confirm(question(childrenFirst));
        }
        while (!childrenFirst.isEmpty()) {
            delete(next(childrenFirst, Math.max(1, batch)), shell);
        }
    }

    private static List<String> next(Deque<String> paths, int most) {
        List<String> next = new ArrayList<>();
        int chars = 0;
        while (!paths.isEmpty() && next.size() < most && chars < BATCH_CHARS_MAX) {
            chars += paths.peek().length();
            next.add(paths.pop());
        }
        return next;
    }

    private static String question(Deque<String> childrenFirst) {
        List<String> named = new ArrayList<>();
        childrenFirst.descendingIterator().forEachRemaining(path -> {
            if (named.size() < NAMED_MAX) {
                named.add(path);
            }
        });
        int others = childrenFirst.size() - named.size();
        return "delete " + childrenFirst.size() + " nodes: " + String.join(", ", named)
                + (others > 0 ? " and " + others + " more" : "") + "?";
    }

    /** One transaction for all; if one of them is gone or has new children meanwhile, each by itself. */
    private static void delete(List<String> paths, ZnodeShell shell) throws InterruptedException {
        if (paths.size() == 1 || !deletedAtOnce(paths, shell)) {
            for (String path : paths) {
                Subtree.present(() -> shell.ask(path, new Request.Delete(path, Arguments.ANY_VERSION)));
            }
        }
    }

    private static boolean deletedAtOnce(List<String> paths, ZnodeShell shell) throws InterruptedException {
        List<Request.MultiOp> ops = new ArrayList<>();
        paths.forEach(path -> ops.add(new Request.Delete(path, Arguments.ANY_VERSION)));
        Response.Multi answer = (Response.Multi) shell.ask(paths.get(0), new Request.Multi(ops));
        return answer.results().stream().allMatch(result -> result instanceof MultiResult.Done);
    }
}
