package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;

/** {@code ls}: prints the names of a node's children, or with {@code -R} the paths of all that is below it. */
final class ListVerb {
    private ListVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        boolean watch = ReadVerbs.watches(arguments, "ls", "ls [-w] path", shell);
        String path = arguments.path();
        if (arguments.has("R")) {
            new Subtree(shell::ask, path)
                    .forEach(each -> shell.print(Result.of(each).with("path", each)));
            return;
        }
        Response.ChildrenWithStat answer =
                (Response.ChildrenWithStat) shell.ask(path, new Request.GetChildren2(path, watch));

        List<String> names = answer.names().stream().sorted().toList();
        Result result = Result.of(names.toString()).with("path", path).with("children", names);
        shell.print(arguments.has("s") ? shell.withStat(result, answer.stat()) : result);
    }
}
