package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** {@code set}: replaces a node's data, by a word of the command line or by the bytes of a file. */
final class SetVerb {
    private SetVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        Bytes data = data(arguments);

        Response answer = shell.ask(path, new Request.SetData(path, data, arguments.version()));

        Stat stat = ((Response.StatOnly) answer).stat();
        if (arguments.has("s")) {
            shell.print(shell.withStat(Result.of("").with("path", path), stat));
        }
    }

    private static Bytes data(Arguments arguments) {
        boolean fromFile = arguments.has("file");
        if (fromFile == arguments.operand(1).isPresent()) {
            throw new WrongUsageException(
                    fromFile ? "--file and data: give one of them" : "an argument is missing: data, or --file");
        }
        if (fromFile) {
            return contentOf(arguments.value("file").orElseThrow());
        }
        String text = arguments.operands().get(1);
        return arguments.has("b") ? base64(text) : Bytes.utf8(text);
    }

    private static Bytes contentOf(String file) {
        try {
            return Bytes.wrap(Files.readAllBytes(Path.of(file)));
        } catch (IOException unreadable) {
            throw new CommandRefusedException("File", null, "cannot read " + file + ": " + unreadable);
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
