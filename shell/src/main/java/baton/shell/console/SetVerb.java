package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.Base64;

/** {@code set}: replaces a node's data. */
final class SetVerb {
    private SetVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String text = arguments.operands().get(1);
        Bytes data = arguments.has('b') ? base64(text) : Bytes.utf8(text);

        Response answer = shell.ask(arguments.path(), new Request.SetData(arguments.path(), data, arguments.version()));

        if (arguments.has('s')) {
            shell.print(((Response.StatOnly) answer).stat());
        }
    }

    private static Bytes base64(String text) {
        try {
            return Bytes.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            throw new WrongUsageException("-b: the data is not base64: " + notBase64.getMessage());
        }
    }
}
