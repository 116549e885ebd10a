package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands against a server: one at a time, results on one stream, errors on the other.
 *
 * <p>Used by the main thread alone, but for watch events, which are printed when they come.
 */
public final class ZnodeShell implements AutoCloseable {
    private final ShellSettings.Badge badge;
    private final Output output;
    private final EventPrinter events;
    private final Connection connection;
    private final Consent consent;
    private final StatText statText = new StatText(ZoneId.systemDefault());
    private final CommandHistory history = new CommandHistory();
    private @Nullable InputStream input;
    private Editor editor = Editor.running("vi");
    private Directory directory = Directory.NOWHERE;
    private boolean quitting;

    /** Makes a shell that is not connected yet. */
    ZnodeShell(Znodes.Opener opener, ShellSettings settings, PrintStream out, PrintStream err) {
        this.badge = settings.badge();
        this.output = new Output(out, err, settings);
        this.events = new EventPrinter(output);
        this.connection = new Connection(opener, settings.target(), events);
        this.consent = new Consent(settings);
    }

    /** Makes a shell over the network that is not connected yet. */
    public static ZnodeShell over(ShellSettings settings, PrintStream out, PrintStream err) {
        return new ZnodeShell(ZnodeShell::open, settings, out, err);
    }

    private static Znodes open(Target target, ShellEvents events) {
        return NoZnodes.isMeant(target.servers()) ? NoZnodes.open(target) : NetworkZnodes.open(target, events);
    }

    /** Returns whether there is a command with the name. */
    public static boolean knows(String name) {
        return Verbs.find(name).isPresent();
    }

    /** Returns the names of all commands, in alphabetical order. */
    public static List<String> commands() {
        return Verbs.all().stream().map(Verb::name).toList();
    }

    /** Returns the options of a command as the user types them. */
    public static List<String> optionsOf(String command) {
        return Verbs.find(command).map(verb -> verb.grammar().options()).orElse(List.of());
    }

    /** Has somebody told how far long commands are, on a terminal. */
    public void showProgress() {
        output.showProgress();
    }

    /** Lets commands take data from a stream; commands themselves come from elsewhere. */
    public void readDataFrom(InputStream stream) {
        input = stream;
    }

    Optional<InputStream> standardInput() {
        return Optional.ofNullable(input);
    }

    public void editWith(Editor other) {
        editor = other;
    }

    Editor editor() {
        return editor;
    }

    /** Returns where relative paths begin. */
    Directory directory() {
        return directory;
    }

    void enter(Directory other) {
        directory = other;
    }

    /** Takes the line apart and runs it; an empty line is fine. */
    public ExitCode runLine(String line) throws InterruptedException {
        try {
            List<String> words = Words.split(line);
            return words.isEmpty() ? ExitCode.OK : run(history.add(line, words));
        } catch (WrongUsageException wrong) {
            output.error(wrong);
            return wrong.exitCode();
        }
    }

    /** Runs one command and says on the error stream what went wrong, if anything did. */
    public ExitCode run(List<String> words) throws InterruptedException {
        Verb verb = Verbs.find(words.get(0)).orElse(null);
        if (verb == null) {
            return unknown(words.get(0));
        }
        if (words.size() == 2 && List.of("--help", "-?").contains(words.get(1))) {
            print(verb.help());
            output.flush();
            return ExitCode.OK;
        }
        Arguments arguments;
        try {
            arguments = verb.grammar().parse(words.subList(1, words.size()), directory);
        } catch (WrongUsageException wrong) {
            return misused(verb, wrong);
        }
        try {
            verb.action().run(arguments, this);
            return ExitCode.OK;
        } catch (EnoughException seen) {
            return seen.exitCode();
        } catch (ShellException failure) {
            if (failure instanceof WrongUsageException wrong && wrong.isWantOfArguments()) {
                return misused(verb, wrong);
            }
            output.error(failure);
            return failure.exitCode();
        } finally {
            output.flush();
        }
    }

    /** Shows how the command is used; to who gave too little, that says all, as in Apache's shell. */
    private ExitCode misused(Verb verb, WrongUsageException wrong) {
        if (output.isJson() || !wrong.isWantOfArguments()) {
            output.error(wrong);
        }
        if (!output.isJson()) {
            output.note(verb.usage());
        }
        return wrong.exitCode();
    }

    private ExitCode unknown(String name) {
        List<String> similar = Verbs.similarTo(name);
        WrongUsageException unknown = new WrongUsageException("Command not found: " + name
                + (similar.isEmpty()
                        ? "; 'help' lists what there is"
                        : ", did you mean " + String.join(" or ", similar) + "?"));
        output.error(unknown);
        return unknown.exitCode();
    }

    /**
     * Sends the request and waits for the answer.
     *
     * @param path what it is about, for those who hear of a failure
     */
    Response ask(String path, Request request) throws InterruptedException {
        return ask(Znodes.Scope.CHROOT, path, request);
    }

    /** As {@link #ask}, but paths are those of the server, whatever the chroot. */
    Response askServer(String path, Request request) throws InterruptedException {
        return ask(Znodes.Scope.SERVER, path, request);
    }

    private Response ask(Znodes.Scope scope, String path, Request request) throws InterruptedException {
        if (request.opCode().isWrite()) {
            consent.requireWritable(path);
        }
        return connection.session().ask(scope, path, request);
    }

    Connection connection() {
        return connection;
    }

    Consent consent() {
        return consent;
    }

    EventPrinter events() {
        return events;
    }

    Output output() {
        return output;
    }

    void print(Result result) {
        output.result(result);
    }

    /**
     * Begins to connect to where it was connected last, or is to be connected at first.
     *
     * @throws CommandFailedException if that is no list of servers
     */
    public void reconnect() {
        try {
            connect(connection.servers());
        } catch (WrongUsageException malformed) {
            throw new CommandFailedException(ExitCode.USAGE, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    /** Ends the session there may be, and begins one with the servers. */
    void connect(String servers) {
        directory = directory.isSomewhere() ? Directory.ROOT : Directory.NOWHERE;
        connection.begin(servers);
    }

    /** Ends as that of Apache's shell does, for whoever waits for that; before it stand profile, session, directory. */
    String prompt() {
        Paint paint = output.paint();
        String state = connection.state();
        String shown = state.startsWith("CONNECTED") ? paint.good(state) : paint.error(state);
        String session = connection.sessionName().map(id -> id + " ").orElse("");
        String path = directory.path();
        String here = path == null || path.equals("/") ? "" : paint.title(path) + " ";
        String profile = badge.name().isEmpty() ? "" : paint.in(badge.hue(), badge.name()) + " ";
        return profile + paint.faint(session) + here + "[zk: " + connection.servers() + "(" + shown + ") "
                + history.size() + "] ";
    }

    void printHistory() {
        history.shown().forEach(this::print);
    }

    void quit() {
        quitting = true;
    }

    boolean isQuitting() {
        return quitting;
    }

    void printStat(String path, Stat stat) {
        print(Result.ofStat(path, stat, statText));
    }

    /** Returns a result with a node's stat below its text, or in its fields. */
    Result withStat(Result result, Stat stat) {
        return result.withStat(stat, statText);
    }

    @Override
    public void close() {
        connection.end();
    }
}
