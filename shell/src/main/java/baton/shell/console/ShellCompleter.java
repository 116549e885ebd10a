package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers the names of commands for the first word, and paths from the server where a word begins like one. */
final class ShellCompleter implements Completer {
    private static final int OFFERED_MAX = 1_000;

    private final ZnodeShell shell;

    ShellCompleter(ZnodeShell shell) {
        this.shell = shell;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            Verbs.all().forEach(each -> candidates.add(new Candidate(each.name())));
        } else if (line.word().startsWith("/")) {
            offerPaths(line.word(), candidates);
        }
    }

    private void offerPaths(String word, List<Candidate> candidates) {
        String parent = word.substring(0, word.lastIndexOf('/'));
        String directory = parent.isEmpty() ? "/" : parent;
        try {
            Response answer = shell.ask(directory, new Request.GetChildren(directory, false));
            ((Response.Children) answer)
                    .names().stream()
                            .map(name -> parent + "/" + name)
                            .filter(path -> path.startsWith(word))
                            .sorted()
                            .limit(OFFERED_MAX)
                            .forEach(path -> candidates.add(offer(path)));
        } catch (RefusedException | NotConnectedException nothingToOffer) {
            // A path that does not exist, or no server: the user finds out with the command itself.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not complete: the user may go on with a slash. */
    private static Candidate offer(String path) {
        return new Candidate(path, path, null, null, null, null, false);
    }
}
