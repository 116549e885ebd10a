package baton.shell.console;

import baton.protocol.Acl;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;

/** {@code getAcl} and {@code setAcl}. */
final class AclVerbs {
    private AclVerbs() {}

    static void get(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        Response.AclList answer = (Response.AclList) shell.ask(path, new Request.GetAcl(path));

        Result result =
                Result.of(AclText.format(answer.acl())).with("path", path).with("acl", AclText.fields(answer.acl()));
        shell.print(arguments.has("s") ? shell.withStat(result, answer.stat()) : result);
    }

    static void set(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        List<Acl> acl = AclText.parse(arguments.operands().get(1));
        if (arguments.has("R")) {
            setBelow(path, acl, arguments, shell);
            return;
        }
        if (arguments.has("dry-run")) {
            Response node = shell.ask(path, new Request.Exists(path, false));
            DryRun.requireVersion(((Response.StatOnly) node).stat().aversion(), arguments.version(), path);
            shell.print(wouldSet(path));
            return;
        }
        shell.consent().confirmIfCareful("set the rights of " + path, arguments);

        Response answer = shell.ask(path, new Request.SetAcl(path, acl, arguments.version()));

        if (arguments.has("s")) {
            shell.printStat(path, ((Response.StatOnly) answer).stat());
        }
    }

    private static Result wouldSet(String path) {
        return DryRun.would("set the rights of " + path, path);
    }

    /** Goes on where a node refuses; fails in the end if one did. */
    private static void setBelow(String top, List<Acl> acl, Arguments arguments, ZnodeShell shell)
            throws InterruptedException {
        Subtree subtree = new Subtree(shell::ask, top);
        if (arguments.has("dry-run")) {
            subtree.forEach(path -> shell.print(wouldSet(path)));
            return;
        }
        if (shell.consent().confirms(0, top, arguments)) {
            shell.consent().confirm("set the rights of all below " + top, Consent.Unasked.GOES_ON);
        }
        List<String> refusing = new ArrayList<>();
        subtree.forEach(path -> {
            try {
                shell.ask(path, new Request.SetAcl(path, acl, arguments.version()));
            } catch (RefusedException refused) {
                if (refused.code() != ErrorCode.NO_NODE) {
                    shell.output().error(refused.plain());
                    refusing.add(path);
                }
            }
        });
        if (!refusing.isEmpty()) {
            String kept = refusing.size() == 1 ? "1 node keeps its" : refusing.size() + " nodes keep their";
            throw new CommandRefusedException("Refused", top, kept + " access control list");
        }
    }
}
