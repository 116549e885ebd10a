package baton.shell.console;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code setquota}, {@code listquota} and {@code delquota}: limits on a subtree, kept in the nodes
 * {@code zookeeper_limits} and {@code zookeeper_stats} of its mirror image below {@code /zookeeper/quota}.
 *
 * <p>Quotas belong to the server: below a chroot they are those of the server's paths, which is where it looks.
 */
final class QuotaVerbs {
    private static final String QUOTAS = "/zookeeper/quota";
    private static final String LIMITS = "zookeeper_limits";
    private static final String USAGE = "zookeeper_stats";
    private static final Map<String, String> LIMIT_OF_OPTION =
            Map.of("n", Quota.COUNT, "b", Quota.BYTES, "N", Quota.COUNT_HARD, "B", Quota.BYTES_HARD);

    private QuotaVerbs() {}

    static void set(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        String option = option(arguments).orElseThrow(() -> new WrongUsageException("one of -n, -b, -N, -B is needed"));
        long limit = limit(option, arguments.value(option).orElseThrow());
        String real = realPath(path, shell);
        refuseWhereNoneIsPossible(path, real, shell);

        String mirror = QUOTAS + real;
        String limitsPath = mirror + "/" + LIMITS;
        String usagePath = mirror + "/" + USAGE;
        String name = String.valueOf(LIMIT_OF_OPTION.get(option));
        Optional<Quota> before = Subtree.present(() -> read(limitsPath, shell));
        Quota limits = before.orElseGet(Quota::unlimited).with(name, limit);
        if (arguments.has("dry-run")) {
            shell.print(DryRun.would("set the quota of " + path + " to " + limits, path));
            return;
        }
        if (before.isPresent()) {
            shell.consent().confirmIfCareful("change the quota of " + path, arguments);
            warn(limits, read(usagePath, shell), shell);
            shell.askServer(limitsPath, new Request.SetData(limitsPath, limits.encode(), Arguments.ANY_VERSION));
            return;
        }
        createMirror(mirror, shell);
        create(limitsPath, limits.encode(), shell);
        // The server puts the real usage in the place of this one.
        create(usagePath, Quota.usage(0, 0).encode(), shell);
        warn(limits, read(usagePath, shell), shell);
    }

    static void list(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        String mirror = QUOTAS + realPath(path, shell);
        if (!shell.output().isJson()) {
            shell.output().note("absolute path is " + mirror + "/" + LIMITS);
        }
        Quota limits = Subtree.present(() -> read(mirror + "/" + LIMITS, shell))
                .orElseThrow(() -> noQuota(path, "quota for " + path + " does not exist."));
        Quota usage = Subtree.present(() -> read(mirror + "/" + USAGE, shell))
                .orElseThrow(() -> noQuota(path, "quota for " + path + " does not exist."));

        String text = "Output quota for " + path + " " + limits + System.lineSeparator() + "Output stat for " + path
                + " " + usage;
        shell.print(Result.of(text)
                .with("path", path)
                .with("limits", limits.values())
                .with("usage", usage.values()));
    }

    static void delete(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        String mirror = QUOTAS + realPath(path, shell);
        String limitsPath = mirror + "/" + LIMITS;
        Optional<String> option = option(arguments);
        Quota limits = Subtree.present(() -> read(limitsPath, shell))
                .orElseThrow(() -> noQuota(path, "Quota does not exist for " + path));
        Optional<Quota> left = option.map(each -> limits.with(String.valueOf(LIMIT_OF_OPTION.get(each)), -1));
        if (arguments.has("dry-run")) {
            shell.print(DryRun.would(
                    left.map(fewer -> "set the quota of " + path + " to " + fewer)
                            .orElse("delete the quota of " + path),
                    path));
            return;
        }
        shell.consent().confirmIfCareful("delete the quota of " + path, arguments);
        if (left.isPresent()) {
            shell.askServer(
                    limitsPath, new Request.SetData(limitsPath, left.get().encode(), Arguments.ANY_VERSION));
            return;
        }
        remove(limitsPath, shell);
        remove(mirror + "/" + USAGE, shell);
        prune(mirror, shell);
    }

    private static CommandRefusedException noQuota(String path, String message) {
        return new CommandRefusedException("NoQuota", path, message);
    }

    private static Optional<String> option(Arguments arguments) {
        List<String> given = arguments.options().keySet().stream()
                .filter(LIMIT_OF_OPTION::containsKey)
                .sorted()
                .toList();
        if (given.size() > 1) {
            throw new WrongUsageException("only one of -n, -b, -N, -B at a time, not -" + String.join(" and -", given));
        }
        return given.stream().findFirst();
    }

    private static long limit(String option, String text) {
        boolean counts = option.equalsIgnoreCase("n");
        try {
            long limit = counts ? Integer.parseInt(text) : Long.parseLong(text);
            if (limit < (counts ? 1 : 0)) {
                throw new WrongUsageException(
                        counts
                                ? "the num quota must be greater than zero"
                                : "the bytes quota must be greater than or equal to zero");
            }
            return limit;
        } catch (NumberFormatException notANumber) {
            throw new WrongUsageException("-" + option + " " + text + ": must be a number");
        }
    }

    private static String realPath(String path, ZnodeShell shell) {
        String chroot = shell.connection().session().chroot();
        String real = path.equals("/") ? chroot : chroot + path;
        if (real.isEmpty()) {
            throw new CommandRefusedException("Quota", path, "a quota on / is not possible: set it on a node below");
        }
        return real;
    }

    /** A quota counts the deepest limit only, so one inside the other would not be what it seems. */
    private static void refuseWhereNoneIsPossible(String path, String real, ZnodeShell shell)
            throws InterruptedException {
        if (real.equals(QUOTAS) || real.startsWith(QUOTAS + "/")) {
            throw new CommandRefusedException("Quota", path, "cannot set a quota under the path: " + QUOTAS);
        }
        if (!exists(real, shell)) {
            throw new CommandRefusedException(RefusalText.nameOf(ErrorCode.NO_NODE), path, path + " does not exist.");
        }
        String own = QUOTAS + real + "/" + LIMITS;
        Subtree.present(() -> {
            new Subtree(shell::askServer, QUOTAS + real).forEach(each -> {
                if (each.endsWith("/" + LIMITS) && !each.equals(own)) {
                    throw new CommandRefusedException(
                            "Quota", path, path + " has a child " + limited(each, shell) + " which has a quota");
                }
            });
            return true;
        });
        for (int slash = real.indexOf('/', 1); slash > 0; slash = real.indexOf('/', slash + 1)) {
            String above = QUOTAS + real.substring(0, slash) + "/" + LIMITS;
            if (exists(above, shell)) {
                throw new CommandRefusedException(
                        "Quota", path, path + " has a parent " + limited(above, shell) + " which has a quota");
            }
        }
    }

    /** Returns the path that a node of limits is about, as this session names it. */
    private static String limited(String limitsPath, ZnodeShell shell) {
        String real = limitsPath.substring(QUOTAS.length(), limitsPath.length() - LIMITS.length() - 1);
        String chroot = shell.connection().session().chroot();
        return real.startsWith(chroot + "/") ? real.substring(chroot.length()) : real;
    }

    private static void warn(Quota limits, Quota usage, ZnodeShell shell) {
        String warning = "[Warning]: the %s quota you create is less than the existing %s:%d";
        if (usage.exceeds(limits, Quota.COUNT, Quota.COUNT_HARD)) {
            shell.output().note(String.format(warning, "count", "count", usage.get(Quota.COUNT)));
        }
        if (usage.exceeds(limits, Quota.BYTES, Quota.BYTES_HARD)) {
            shell.output().note(String.format(warning, "bytes", "bytes", usage.get(Quota.BYTES)));
        }
    }

    private static void createMirror(String mirror, ZnodeShell shell) throws InterruptedException {
        for (int slash = mirror.indexOf('/', 1); slash > 0; slash = mirror.indexOf('/', slash + 1)) {
            create(mirror.substring(0, slash), null, shell);
        }
        create(mirror, null, shell);
    }

    private static void create(String path, @Nullable Bytes data, ZnodeShell shell) throws InterruptedException {
        try {
            shell.askServer(
                    path, new Request.Create(OpCode.CREATE, path, data, Acl.OPEN, CreateMode.PERSISTENT.flags()));
        } catch (RefusedException refused) {
            if (refused.code() != ErrorCode.NODE_EXISTS) {
                throw refused;
            }
        }
    }

    private static void prune(String mirror, ZnodeShell shell) throws InterruptedException {
        String path = mirror;
        while (!path.equals(QUOTAS)) {
            String node = path;
            Response.Children below = (Response.Children) shell.askServer(node, new Request.GetChildren(node, false));
            if (!below.names().isEmpty()) {
                return;
            }
            remove(node, shell);
            path = node.substring(0, node.lastIndexOf('/'));
        }
    }

    private static void remove(String path, ZnodeShell shell) throws InterruptedException {
        Subtree.present(() -> shell.askServer(path, new Request.Delete(path, Arguments.ANY_VERSION)));
    }

    private static boolean exists(String path, ZnodeShell shell) throws InterruptedException {
        return Subtree.present(() -> shell.askServer(path, new Request.Exists(path, false)))
                .isPresent();
    }

    private static Quota read(String path, ZnodeShell shell) throws InterruptedException {
        Response.Content node = (Response.Content) shell.askServer(path, new Request.GetData(path, false));
        return Quota.parse(node.bytes(), path);
    }
}
