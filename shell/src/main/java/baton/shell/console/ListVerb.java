package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;

/** {@code ls}: prints the names of a node's children, or with {@code -R} the paths of all that is below it. */
final class ListVerb {
    private ListVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        if (arguments.has('R')) {
            new Subtree(shell, arguments.path()).forEach(shell::print);
            return;
        }
        Response.ChildrenWithStat answer = (Response.ChildrenWithStat)
                shell.ask(arguments.path(), new Request.GetChildren2(arguments.path(), arguments.has('w')));

        List<String> names = answer.names().stream().sorted().toList();
        shell.print(names.toString());
        if (arguments.has('s')) {
            shell.print(answer.stat());
        }
    }
}
