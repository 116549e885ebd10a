package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code edit}: opens a node's text in the user's editor, and writes it back unless somebody else has written first. */
final class EditVerb {
    private EditVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String path = arguments.path();
        Response.Content node = (Response.Content) shell.ask(path, new Request.GetData(path, false));
        Bytes before = node.bytes() == null ? Bytes.EMPTY : node.bytes();
        if (!DataText.isText(before)) {
            throw new CommandRefusedException(
                    "NoText",
                    path,
                    path + " holds no text: get --raw writes its bytes, and set --file takes those of a file");
        }
        if (arguments.has("dry-run")) {
            int version = node.stat().version() + 1;
            shell.print(DryRun.would("edit " + path + " and set it to version " + version, path));
            return;
        }
        shell.consent().confirmIfCareful("edit " + path, arguments);
        try {
            // Readable for its owner only, as every file of that kind.
            Path file = Files.createTempFile("baton-edit-", suffix(path));
            Files.write(file, before.unsafeArray());
            edited(path, node, before, file, shell);
        } catch (IOException failed) {
            throw new CommandRefusedException(
                    "File", path, "cannot edit a file for " + path + ": " + FileFault.of(failed));
        }
    }

    /** Editors know by it what language the text is in. */
    private static String suffix(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? ".txt" : name.substring(dot);
    }

    private static void edited(String path, Response.Content node, Bytes before, Path file, ZnodeShell shell)
            throws IOException, InterruptedException {
        int code = shell.editor().edit(file);
        Bytes after = Bytes.wrap(Files.readAllBytes(file));
        if (code != 0 || after.equals(before)) {
            Files.delete(file);
            shell.output().note(code == 0 ? "nothing was changed" : "the editor ended with " + code + ": not written");
            return;
        }
        Response answer;
        try {
            answer =
                    shell.ask(path, new Request.SetData(path, after, node.stat().version()));
        } catch (ShellException refused) {
            throw notWritten(refused, path, "what you wrote is in " + file + " (set --file takes it)");
        }
        Files.delete(file);
        int version = ((Response.StatOnly) answer).stat().version();
        shell.print(Result.of("Set " + path + " to version " + version)
                .with("set", path)
                .with("version", version));
    }

    /** The same failure, and where the text is now. Nobody may take a change that is in doubt for one that was not made. */
    private static ShellException notWritten(ShellException refused, String path, String where) {
        if (refused instanceof RefusedException known && known.code() == ErrorCode.BAD_VERSION) {
            return new CommandRefusedException(
                    "NotWritten", path, "somebody else has changed " + path + " meanwhile: " + where);
        }
        return refused instanceof RefusedException known
                ? known.noting("; " + where)
                : new CommandRefusedException(
                        refused.exitCode(), "NotWritten", path, refused.getMessage() + ": " + where);
    }
}
