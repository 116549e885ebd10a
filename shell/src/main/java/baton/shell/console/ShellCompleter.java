package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Offers what may come next: commands, their options, paths from the server, recipes to commands about them, and the few
 * other words a command takes.
 */
final class ShellCompleter implements Completer {
    /** More children than this are looked through for those that begin with something only. */
    private static final int LISTED_MAX = 1_000;

    private static final String CONFIG = "/zookeeper/config";
    private static final Pattern SERVER = Pattern.compile("^server\\.(\\d+)=", Pattern.MULTILINE);
    private static final Set<String> HELPS = Set.of("help");

    private static final Map<String, List<String>> WORDS = Map.of(
            "printwatches", List.of("on", "off"),
            "locks", List.of("revoke", "force"),
            "leaders", List.of("relinquish"),
            "tasks", List.of("retry", "purge", "cancel"),
            "config", List.of("history", "rollback"));
    private static final Map<String, List<String>> VALUES = Map.of(
            "addWatch -m", List.of("PERSISTENT", "PERSISTENT_RECURSIVE"),
            "get -o", List.of("raw", "base64", "hex", "json", "pretty"));

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
        if (line.wordIndex() == 0 || HELPS.contains(command)) {
            offer(ZnodeShell.commands(), candidates);
            return;
        }
        List<String> values = valuesOf(command + " " + line.words().get(line.wordIndex() - 1));
        if (!values.isEmpty()) {
            offer(values, candidates);
        } else if (word.startsWith("-")) {
            offer(ZnodeShell.optionsOf(command), candidates);
        } else {
            if (line.wordIndex() == 1) {
                offer(WORDS.getOrDefault(command, List.of()), candidates);
            }
            offerPlaces(command, word, candidates);
        }
    }

    private static void offer(List<String> words, List<Candidate> candidates) {
        words.forEach(each -> candidates.add(new Candidate(each)));
    }

    private List<String> valuesOf(String option) {
        return option.equals("reconfig -remove") ? servers() : VALUES.getOrDefault(option, List.of());
    }

    private List<String> servers() {
        List<String> ids = new ArrayList<>();
        Optional<Response> answer = shell.connection().glimpse(new Request.GetData(CONFIG, false));
        Bytes config = answer.orElse(null) instanceof Response.Content content ? content.bytes() : null;
        if (config != null) {
            Matcher server = SERVER.matcher(config.utf8());
            while (server.find()) {
                ids.add(server.group(1));
            }
        }
        return ids;
    }

    private void offerPlaces(String command, String word, List<Candidate> candidates) {
        boolean takesPath = Verbs.find(command)
                .filter(verb -> verb.takes().contains("path") || verb.takes().contains("source"))
                .isPresent();
        if (word.startsWith("/") || takesPath && shell.directory().isSomewhere()) {
            offerPaths(word, candidates);
        }
        Directory here = shell.directory();
        String top = here.path() == null ? "/" : here.path();
        if (word.isEmpty() || word.startsWith("/")) {
            RecipePlaces.of(command)
                    .ifPresent(places -> places.below(top, shell).stream()
                            .filter(ShellParser::canWrite)
                            .forEach(path -> candidates.add(new Candidate(path))));
        }
    }

    /** A path that does not exist, or no answer in time: the user finds out with the command itself. */
    private void offerPaths(String word, List<Candidate> candidates) {
        String before = word.substring(0, word.lastIndexOf('/') + 1);
        String last = word.substring(before.length());
        String parent = shell.directory().resolve(before.isEmpty() ? "." : before);
        String directory =
                parent.length() > 1 && parent.endsWith("/") ? parent.substring(0, parent.length() - 1) : parent;
        if (last.isEmpty() && countAt(directory) > LISTED_MAX) {
            return;
        }
        if (shell.connection()
                        .glimpse(new Request.GetChildren(directory, false))
                        .orElse(null)
                instanceof Response.Children children) {
            children.names().stream()
                    .filter(name -> name.startsWith(last) && ShellParser.canWrite(before + name))
                    .sorted()
                    .limit(LISTED_MAX)
                    .forEach(name -> candidates.add(unfinished(before + name)));
        }
    }

    private int countAt(String directory) {
        return shell.connection().glimpse(new Request.Exists(directory, false)).orElse(null)
                        instanceof Response.StatOnly found
                ? found.stat().numChildren()
                : 0;
    }

    /** Not complete: the user may go on with a slash. */
    private static Candidate unfinished(String path) {
        return new Candidate(path, path, null, null, null, null, false);
    }
}
