package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;

/** {@code set}: replaces a node's data. */
final class SetVerb {
    private SetVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Request.SetData request = request(arguments, shell);
        if (arguments.has("dry-run")) {
            shell.print(new DryRun(shell).of(request));
            return;
        }
        shell.consent().confirmIfCareful("set " + request.path(), arguments);

        Response answer = shell.ask(request.path(), request);

        Stat stat = ((Response.StatOnly) answer).stat();
        if (arguments.has("s")) {
            shell.printStat(request.path(), stat);
        }
    }

    static Request.SetData request(Arguments arguments, ZnodeShell shell) {
        DataArgument source = new DataArgument(arguments, shell);
        if (source.isElsewhere() && arguments.operand(1).isPresent()) {
            throw new WrongUsageException("data, and --file or --stdin: give one of them");
        }
        Bytes data = source.read(1).orElseThrow(() -> WrongUsageException.missing("data, --file or --stdin"));
        return new Request.SetData(arguments.path(), data, arguments.version());
    }
}
