package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.PathRules;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that read one thing and print it. */
final class ReadVerbs {
    private ReadVerbs() {}

    static void get(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        boolean watch = watches(arguments, "get", "get [-s] [-w] path", shell);
        String path = arguments.path();
        Response.Content node = (Response.Content) shell.ask(path, new Request.GetData(path, watch));

        Bytes data = node.bytes();
        if (arguments.has("raw")) {
            shell.output().raw(data == null ? new byte[0] : data.toArray());
            return;
        }
        Result result = Result.of(shown(data, arguments)).with("path", path).withData(data);
        shell.print(arguments.has("s") ? shell.withStat(result, node.stat()) : result);
    }

    private static String shown(@Nullable Bytes data, Arguments arguments) {
        if (arguments.has("b")) {
            return DataText.base64(data);
        }
        return arguments.has("x") ? DataText.hex(data) : DataText.of(data);
    }

    static void stat(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        boolean watch = watches(arguments, "stat", "stat [-w] path", shell);
        String path = arguments.path();
        Response answer = shell.ask(path, new Request.Exists(path, watch));

        shell.print(shell.withStat(Result.of("").with("path", path), ((Response.StatOnly) answer).stat()));
    }

    /** Says whether to watch. A second operand, whatever it is, asks for that too: shells of old had no {@code -w}. */
    static boolean watches(Arguments arguments, String verb, String instead, ZnodeShell shell) {
        boolean oldForm = arguments.operands().size() > 1;
        if (oldForm) {
            shell.output()
                    .note("'" + verb + " path [watch]' has been deprecated. Please use '" + instead + "' instead.");
        }
        return oldForm || arguments.has("w");
    }

    static void sync(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        shell.ask(arguments.path(), new Request.Sync(arguments.path()));

        shell.print(Result.of("Sync is OK").with("synced", arguments.path()));
    }

    static void countDescendants(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        Response answer = shell.ask(path, new Request.GetAllChildrenNumber(path));

        int count = ((Response.DescendantCount) answer).count();
        shell.print(Result.of(String.valueOf(count)).with("path", path).with("count", count));
    }

    static void ephemerals(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String prefix = arguments.operand(0).orElse("/");
        PathRules.violation(prefix).ifPresent(violation -> {
            throw new InvalidPathException(prefix, violation);
        });

        Response answer = shell.ask(prefix, new Request.GetEphemerals(prefix));

        List<String> paths =
                ((Response.Ephemerals) answer).paths().stream().sorted().toList();
        shell.print(Result.of(paths.toString()).with("ephemerals", paths));
    }

    static void whoAmI(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Response answer = shell.ask("/", Request.WhoAmI.INSTANCE);

        List<String> lines = new ArrayList<>(List.of("Auth scheme: User"));
        List<Map<String, String>> identities = new ArrayList<>();
        for (ClientIdentity each : ((Response.Identities) answer).identities()) {
            lines.add(each.scheme() + ": " + each.user());
            identities.add(Map.of("scheme", each.scheme(), "user", each.user()));
        }
        shell.print(Result.of(String.join(System.lineSeparator(), lines)).with("identities", identities));
    }
}
