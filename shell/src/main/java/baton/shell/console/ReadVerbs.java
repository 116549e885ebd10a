package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.PathRules;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that read one thing and print it. */
final class ReadVerbs {
    private ReadVerbs() {}

    static void get(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Response.Content node = (Response.Content)
                shell.ask(arguments.path(), new Request.GetData(arguments.path(), arguments.has('w')));

        shell.print(shown(node.bytes(), arguments));
        if (arguments.has('s')) {
            shell.print(node.stat());
        }
    }

    private static String shown(@Nullable Bytes data, Arguments arguments) {
        if (arguments.has('b')) {
            return DataText.base64(data);
        }
        return arguments.has('x') ? DataText.hex(data) : DataText.of(data);
    }

    static void stat(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Response answer = shell.ask(arguments.path(), new Request.Exists(arguments.path(), arguments.has('w')));

        shell.print(((Response.StatOnly) answer).stat());
    }

    static void sync(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        shell.ask(arguments.path(), new Request.Sync(arguments.path()));

        shell.print("Sync is OK");
    }

    static void countDescendants(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Response answer = shell.ask(arguments.path(), new Request.GetAllChildrenNumber(arguments.path()));

        shell.print(String.valueOf(((Response.DescendantCount) answer).count()));
    }

    static void ephemerals(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String prefix = arguments.operand(0).orElse("/");
        PathRules.violation(prefix).ifPresent(violation -> {
            throw new InvalidPathException(prefix, violation);
        });

        Response answer = shell.ask(prefix, new Request.GetEphemerals(prefix));

        List<String> paths = ((Response.Ephemerals) answer).paths();
        shell.print(paths.stream().sorted().toList().toString());
    }

    static void whoAmI(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Response answer = shell.ask("/", Request.WhoAmI.INSTANCE);

        shell.print("Auth scheme: User");
        for (ClientIdentity each : ((Response.Identities) answer).identities()) {
            shell.print(each.scheme() + ": " + each.user());
        }
    }
}
