package baton.shell.console;

import baton.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** The data a command is given: a word, the content of a file, or what comes from standard input. */
final class DataArgument {
    private final Arguments arguments;
    private final ZnodeShell shell;

    DataArgument(Arguments arguments, ZnodeShell shell) {
        this.arguments = arguments;
        this.shell = shell;
        if (arguments.has("file") && arguments.has("stdin")) {
            throw new WrongUsageException("--file and --stdin: give one of them");
        }
    }

    /** Whether the data is no operand. */
    boolean isElsewhere() {
        return arguments.has("file") || arguments.has("stdin");
    }

    /** Returns the data; empty if there is none, which is not the same as empty data. */
    Optional<Bytes> read(int operand) {
        Optional<Bytes> given = isElsewhere()
                ? Optional.of(Bytes.wrap(content()))
                : arguments.operand(operand).map(Bytes::utf8);
        boolean encoded = arguments.has("b") || arguments.has("base64");
        return encoded ? given.map(DataArgument::decoded) : given;
    }

    private byte[] content() {
        Optional<String> file = arguments.value("file");
        try {
            return file.isPresent()
                    ? Files.readAllBytes(Path.of(file.get()))
                    : standardInput().readAllBytes();
        } catch (IOException unreadable) {
            throw new CommandRefusedException(
                    "File", null, "cannot read " + file.orElse("standard input") + ": " + FileFault.of(unreadable));
        }
    }

    private InputStream standardInput() {
        return shell.standardInput()
                .orElseThrow(() -> new WrongUsageException("--stdin: commands come from there; use --file, or one"
                        + " command alone: bin/baton set /path --stdin"));
    }

    private static Bytes decoded(Bytes text) {
        try {
            return Bytes.wrap(Base64.getDecoder().decode(text.utf8().replaceAll("\\s", "")));
        } catch (IllegalArgumentException notBase64) {
            throw new WrongUsageException("-b: the data is not base64: " + notBase64.getMessage());
        }
    }
}
