package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;

/** {@code getAcl} and {@code setAcl}. */
final class AclVerbs {
    private AclVerbs() {}

    static void get(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Response.AclList answer = (Response.AclList) shell.ask(arguments.path(), new Request.GetAcl(arguments.path()));

        shell.print(AclText.format(answer.acl()));
        if (arguments.has('s')) {
            shell.print(answer.stat());
        }
    }

    static void set(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String acl = arguments.operands().get(1);

        Response answer = shell.ask(
                arguments.path(), new Request.SetAcl(arguments.path(), AclText.parse(acl), arguments.version()));

        if (arguments.has('s')) {
            shell.print(((Response.StatOnly) answer).stat());
        }
    }
}
