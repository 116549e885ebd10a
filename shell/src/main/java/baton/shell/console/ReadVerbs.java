package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that read one thing and print it. */
final class ReadVerbs {
    private static final String RAW = "raw";

    private ReadVerbs() {}

    static void get(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        boolean watch = watches(arguments, "get", "get [-s] [-w] path", shell);
        String path = arguments.path();
        Response.Content node = (Response.Content) shell.ask(path, new Request.GetData(path, watch));

        Bytes data = node.bytes();
        String form = arguments.has("raw") ? RAW : arguments.value("o").orElse(anyForm(arguments, shell));
        if (form.equals(RAW)) {
            shell.output().raw(data == null ? new byte[0] : data.toArray());
            return;
        }
        Result result = Result.of(shown(data, form)).with("path", path).withData(data);
        Result whole = arguments.has("s") ? shell.withStat(result, node.stat()) : result;
        shell.print(form.equals("json") ? whole.asJson() : whole);
    }

    /** The form of Apache's options, or of none. */
    private static String anyForm(Arguments arguments, ZnodeShell shell) {
        if (arguments.has("x")) {
            return "table";
        }
        if (arguments.has("b")) {
            return "base64";
        }
        return shell.output().isBare() && !arguments.has("s") ? RAW : "text";
    }

    private static String shown(@Nullable Bytes data, String form) {
        return switch (form) {
            case "text", "json" -> DataText.of(data);
            case "base64" -> DataText.base64(data);
            case "table" -> DataText.hex(data);
            case "hex" -> data == null ? "null" : DataText.hexDigits(data);
            case "pretty" -> DataText.pretty(data);
            default -> throw new WrongUsageException("-o " + form + ": must be raw, base64, hex, json or pretty");
        };
    }

    static void stat(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        boolean watch = watches(arguments, "stat", "stat [-w] path", shell);
        String path = arguments.path();
        Response answer = shell.ask(path, new Request.Exists(path, watch));

        shell.printStat(path, ((Response.StatOnly) answer).stat());
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
        String prefix = arguments.path();

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
