package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;
import java.util.Map;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Offers what may come next: commands, their options, paths from the server where a word begins like one, and the few
 * other words a command takes.
 */
final class ShellCompleter implements Completer {
    /** More children than this are looked through for those that begin with something only. */
    private static final int LISTED_MAX = 1_000;

    private static final Map<String, List<String>> WORDS =
            Map.of("printwatches", List.of("on", "off"), "addWatch", List.of("PERSISTENT", "PERSISTENT_RECURSIVE"));

    private final ZnodeShell shell;

    ShellCompleter(ZnodeShell shell) {
        this.shell = shell;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        complete(line, candidates);
    }

    void complete(ParsedLine line, List<Candidate> candidates) {
        String word = line.word();
        String command = line.words().isEmpty() ? "" : line.words().get(0);
        if (line.wordIndex() == 0 || command.equals("help")) {
            ZnodeShell.commands().forEach(name -> candidates.add(new Candidate(name)));
        } else if (word.startsWith("-")) {
            ZnodeShell.optionsOf(command).forEach(option -> candidates.add(new Candidate(option)));
        } else if (word.startsWith("/")) {
            offerPaths(word, candidates);
        } else {
            WORDS.getOrDefault(command, List.of()).forEach(each -> candidates.add(new Candidate(each)));
        }
    }

    /** A path that does not exist, or no answer in time: the user finds out with the command itself. */
    private void offerPaths(String word, List<Candidate> candidates) {
        String parent = word.substring(0, word.lastIndexOf('/'));
        String directory = parent.isEmpty() ? "/" : parent;
        boolean anyName = word.endsWith("/");
        if (anyName && countAt(directory) > LISTED_MAX) {
            return;
        }
        if (shell.glimpse(new Request.GetChildren(directory, false)).orElse(null)
                instanceof Response.Children children) {
            children.names().stream()
                    .map(name -> parent + "/" + name)
                    .filter(path -> path.startsWith(word))
                    .sorted()
                    .limit(LISTED_MAX)
                    .forEach(path -> candidates.add(offer(path)));
        }
    }

    private int countAt(String directory) {
        return shell.glimpse(new Request.Exists(directory, false)).orElse(null) instanceof Response.StatOnly found
                ? found.stat().numChildren()
                : 0;
    }

    /** Not complete: the user may go on with a slash. */
    private static Candidate offer(String path) {
        return new Candidate(path, path, null, null, null, null, false);
    }
}
