package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code delete}, {@code deleteall} and {@code rm}. */
final class DeleteVerbs {
    private static final int BATCH_DEFAULT = 1_000;
    /** Leaves room for what else is in a request of a megabyte. */
    private static final int BATCH_CHARS_MAX = 256 * 1024;

    private static final int NAMED_MAX = 5;

    private DeleteVerbs() {}

    static void delete(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        if (arguments.operands().size() > 1) {
            shell.output()
                    .note(
                            "'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.");
        }
        Request.Delete request = request(arguments);
        if (arguments.has("dry-run")) {
            shell.print(new DryRun(shell).of(request));
            return;
        }
        if (shell.consent().confirms(1, request.path(), arguments)) {
            shell.consent().confirm("delete " + request.path(), Consent.Unasked.GOES_ON);
        }
        shell.ask(request.path(), request);
    }

    /** The version may stand behind the path, as it did in shells of old. */
    static Request.Delete request(Arguments arguments) {
        int version = arguments.operand(1).isPresent()
                ? new Arguments(Map.of("v", arguments.operands().get(1)), List.of()).version()
                : arguments.version();
        return new Request.Delete(arguments.path(), version);
    }

    static void deleteAll(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        deleteAll(arguments, shell, Consent.Unasked.GOES_ON);
    }

    static void remove(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        if (arguments.has("r")) {
            if (arguments.has("v")) {
                throw new WrongUsageException("-r and -v: a version is of one node, give one of them");
            }
            deleteAll(arguments, shell, Consent.Unasked.NEEDS_YES);
        } else {
            delete(arguments, shell);
        }
    }

    /** Deletes every node before its parent, in batches. It is not one step: others see the subtree shrink. */
    private static void deleteAll(Arguments arguments, ZnodeShell shell, Consent.Unasked unasked)
            throws InterruptedException {
        String top = arguments.path();
        int batch = (int) arguments.number("b", BATCH_DEFAULT, 0, Integer.MAX_VALUE);
        if (top.equals("/") || top.equals("/zookeeper")) {
            throw new RefusedException(ErrorCode.BAD_ARGUMENTS, top);
        }
        Subtree subtree = new Subtree(shell::ask, top);
        if (arguments.has("dry-run")) {
            subtree.forEach(path -> shell.print(DryRun.would("delete " + path, path)));
            return;
        }
        if (!arguments.has("yes")) {
            long nodes = subtree.count();
            if (shell.consent().confirms(nodes, top, arguments)) {
                shell.consent().confirm(question(nodes, subtree.first(NAMED_MAX)), unasked);
            }
        }
        delete(subtree, Math.max(1, batch), shell);
    }

    private static String question(long nodes, List<String> named) {
        long others = nodes - named.size();
        return "delete " + nodes + " nodes: " + String.join(", ", named)
                + (others > 0 ? " and " + others + " more" : "");
    }

    private static void delete(Subtree subtree, int most, ZnodeShell shell) throws InterruptedException {
        List<String> batch = new ArrayList<>();
        int[] chars = {0};
        try (Progress progress = new Progress(shell.output(), "deleted")) {
            subtree.forEachChildrenFirst(path -> {
                batch.add(path);
                chars[0] += path.length();
                if (batch.size() == most || chars[0] >= BATCH_CHARS_MAX) {
                    delete(batch, shell);
                    progress.add(batch.size());
                    batch.clear();
                    chars[0] = 0;
                }
            });
            delete(batch, shell);
        }
    }

    /** One transaction for all; if one of them is gone or has new children meanwhile, each by itself. */
    private static void delete(List<String> paths, ZnodeShell shell) throws InterruptedException {
        if (paths.size() < 2 || !deletedAtOnce(paths, shell)) {
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
