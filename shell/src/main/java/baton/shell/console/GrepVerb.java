package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code grep}: prints the lines of nodes' data in which something that fits a pattern is found. */
final class GrepVerb {
    private final ZnodeShell shell;
    private final Pattern pattern;
    private final boolean pathsOnly;
    private final Unreadable unreadable = new Unreadable();
    private long found;

    private GrepVerb(ZnodeShell shell, Pattern pattern, boolean pathsOnly) {
        this.shell = shell;
        this.pattern = pattern;
        this.pathsOnly = pathsOnly;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String top = arguments.path(1);
        GrepVerb verb = new GrepVerb(shell, pattern(arguments), arguments.has("l"));
        new Subtree(shell::ask, top, verb.unreadable).forEach(verb::look);
        verb.unreadable.tell();
        if (verb.found == 0) {
            throw new CommandRefusedException("NotFound", top, "nothing like that below " + top);
        }
    }

    private static Pattern pattern(Arguments arguments) {
        String regex = arguments.operands().get(0);
        try {
            return Pattern.compile(regex, arguments.has("i") ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        } catch (PatternSyntaxException wrong) {
            throw new WrongUsageException(regex + ": " + wrong.getDescription());
        }
    }

    private void look(String path) throws InterruptedException {
        Response answer = unreadable
                .present(path, () -> shell.ask(path, new Request.GetData(path, false)))
                .orElse(null);
        Bytes data = answer instanceof Response.Content content ? content.bytes() : null;
        if (data == null) {
            return;
        }
        if (pathsOnly || !DataText.isText(data)) {
            lookAtBytes(path, data);
            return;
        }
        String[] lines = data.utf8().split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher matcher = pattern.matcher(lines[i]);
            if (matcher.find()) {
                found++;
                print(path, i + 1, lines[i], matcher);
            }
        }
    }

    /** What is no text is searched byte by byte, each of them a character. */
    private void lookAtBytes(String path, Bytes data) {
        boolean text = DataText.isText(data);
        String searched = text ? data.utf8() : new String(data.unsafeArray(), StandardCharsets.ISO_8859_1);
        if (pattern.matcher(searched).find()) {
            found++;
            String shown = pathsOnly ? path : path + ": " + data.size() + " bytes that are no text fit";
            shell.print(Result.of(shown).with("path", path));
        }
    }

    private void print(String path, int number, String line, Matcher matcher) {
        Paint paint = shell.output().paint();
        String shown = line.substring(0, matcher.start())
                + paint.error(line.substring(matcher.start(), matcher.end()))
                + line.substring(matcher.end());
        shell.print(Result.of(paint.faint(path + ":") + shown)
                .with("path", path)
                .with("line", number)
                .with("text", line));
    }
}
