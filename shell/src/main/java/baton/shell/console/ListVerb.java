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
            listAll(path, watch, shell);
            return;
        }
        Response.ChildrenWithStat answer =
                (Response.ChildrenWithStat) shell.ask(path, new Request.GetChildren2(path, watch));

        List<String> names = answer.names().stream().sorted().toList();
        Result result = Result.of(names.toString()).with("path", path).with("children", names);
        shell.print(arguments.has("s") ? shell.withStat(result, answer.stat()) : result);
    }

    /** Watches each list that is read and, as Apache's shell does, the data of the first node. */
    private static void listAll(String path, boolean watch, ZnodeShell shell) throws InterruptedException {
        if (watch) {
            shell.ask(path, new Request.GetData(path, true));
        }
        new Subtree((each, list) -> shell.ask(each, watch ? new Request.GetChildren(each, true) : list), path)
                .forEach(each -> shell.print(Result.of(each).with("path", each)));
    }
}
