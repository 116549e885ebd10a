package baton.shell.console;

import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@code --dry-run} says of single changes: what each of them would do once those before it are done, or how the
 * server would refuse it for the nodes that are there and their versions. Rights and quotas are for the server to know.
 */
final class DryRun {
    private final ZnodeShell shell;
    /** What changes before would leave: empty for a node that is gone. */
    private final Map<String, Optional<Known>> changed = new HashMap<>();

    /** What of a node decides whether a change is refused. */
    private record Known(int version, int children, boolean ephemeral) {
        /** Sessions of servers with an id from 128 on are below zero; what has no session shows no owner. */
        static Known of(Stat stat) {
            return new Known(stat.version(), stat.numChildren(), stat.ephemeralOwner() != 0);
        }

        Known written() {
            return new Known(version + 1, children, ephemeral);
        }

        Known withChildren(int more) {
            return new Known(version, children + more, ephemeral);
        }
    }

    DryRun(ZnodeShell shell) {
        this.shell = shell;
    }

    /** Says what would be done. */
    static Result would(String deed, String path) {
        return Result.of("would " + deed).with("would", deed).with("path", path);
    }

    /** @throws RefusedException if the version is another than the one expected */
    static void requireVersion(int actual, int expected, String path) {
        if (expected != Arguments.ANY_VERSION && expected != actual) {
            throw new RefusedException(ErrorCode.BAD_VERSION, path);
        }
    }

    /** @throws RefusedException if the change would be refused */
    Result of(Request.MultiOp op) throws InterruptedException {
        if (op instanceof Request.SetData set) {
            Known after = known(set.path(), set.version()).written();
            changed.put(set.path(), Optional.of(after));
            return would("set " + set.path() + " to version " + after.version(), set.path());
        }
        if (op instanceof Request.Delete delete) {
            delete(delete);
            return would("delete " + delete.path(), delete.path());
        }
        if (op instanceof Request.Check check) {
            known(check.path(), check.version());
            return would("find " + check.path() + " as it is to be", check.path());
        }
        if (op instanceof Request.Creation create) {
            return created(create.path(), create.flags());
        }
        throw new IllegalArgumentException("nothing is known of what would be done by " + op);
    }

    /** What would be created above a node first, so that it can be. */
    List<Result> missingAbove(String path) throws InterruptedException {
        List<Result> created = new ArrayList<>();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (find(parent).isEmpty()) {
                created.add(created(parent, CreateMode.PERSISTENT.flags()));
            }
        }
        return created;
    }

    private void delete(Request.Delete delete) throws InterruptedException {
        String path = delete.path();
        if (known(path, delete.version()).children() > 0) {
            throw new RefusedException(ErrorCode.NOT_EMPTY, path);
        }
        changed.put(path, Optional.empty());
        String parent = parentOf(path);
        changed.put(parent, find(parent).map(node -> node.withChildren(-1)));
    }

    private Result created(String path, int flags) throws InterruptedException {
        CreateMode mode = Objects.requireNonNull(CreateMode.find(flags));
        String parent = parentOf(path);
        Known above = find(parent).orElseThrow(() -> new RefusedException(ErrorCode.NO_NODE, path));
        if (above.ephemeral()) {
            throw new RefusedException(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS, path);
        }
        if (!mode.isSequential()) {
            if (find(path).isPresent()) {
                throw new RefusedException(ErrorCode.NODE_EXISTS, path);
            }
            changed.put(path, Optional.of(new Known(0, 0, mode.isEphemeral())));
        }
        changed.put(parent, Optional.of(above.withChildren(1)));
        return would("create " + path + (mode.isSequential() ? " with a number behind it" : ""), path);
    }

    private Known known(String path, int version) throws InterruptedException {
        Known node = find(path).orElseThrow(() -> new RefusedException(ErrorCode.NO_NODE, path));
        requireVersion(node.version(), version, path);
        return node;
    }

    private Optional<Known> find(String path) throws InterruptedException {
        Optional<Known> known = changed.get(path);
        return known != null
                ? known
                : Subtree.present(() -> shell.ask(path, new Request.Exists(path, false)))
                        .map(answer -> Known.of(((Response.StatOnly) answer).stat()));
    }

    private static String parentOf(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }
}
