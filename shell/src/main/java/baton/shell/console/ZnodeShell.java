package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.EventType;
import baton.protocol.KeeperState;
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
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands against a server: one at a time, results on one stream, errors on the other.
 *
 * <p>Used by the main thread alone, but for watch events, which are printed when they come.
 */
public final class ZnodeShell implements AutoCloseable {
    /** More nodes than this are not deleted before a person has said yes. */
    static final int NODES_UNASKED_MAX = 10;

    private final Znodes.Opener opener;
    private final ShellSettings settings;
    private final Output output;
    private final StatText statText = new StatText(ZoneId.systemDefault());
    private final CommandHistory history = new CommandHistory();
    private Consumer<String> connectionPrinter = text -> {};
    private @Nullable Predicate<String> confirmation;
    private @Nullable InputStream input;
    private Editor editor = Editor.running("vi");
    private Directory directory = Directory.NOWHERE;
    private Target target;
    private @Nullable Znodes znodes;
    private @Nullable Store store;
    private boolean quitting;

    // Read by the client's thread. Writer: the main thread.
    private volatile Consumer<String> eventPrinter;
    private volatile boolean printsWatches = true;

    /** Who has to say that something that cannot be undone may go on. */
    enum Unasked {
        /** A person, if there is one: scripts go on, as they do with Apache's shell. */
        GOES_ON,
        /** A person, or the script. */
        NEEDS_YES
    }

    /** Makes a shell that is not connected yet. */
    ZnodeShell(Znodes.Opener opener, ShellSettings settings, PrintStream out, PrintStream err) {
        this.opener = opener;
        this.settings = settings;
        this.target = settings.target();
        this.output = new Output(out, err, settings);
        this.eventPrinter = output::line;
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

    /** Has all events printed by this, those of the connection too, which are not printed otherwise. */
    void printEventsWith(Consumer<String> printer) {
        eventPrinter = printer;
        connectionPrinter = printer;
    }

    /** Has somebody told how far long commands are, on a terminal. */
    public void showProgress() {
        output.showProgress();
    }

    /** Asks a person before what cannot be undone. */
    void confirmWith(Predicate<String> asking) {
        confirmation = asking;
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
        Arguments arguments;
        try {
            arguments = verb.grammar().parse(words.subList(1, words.size()), directory);
        } catch (WrongUsageException wrong) {
            output.error(wrong);
            if (!output.isJson()) {
                output.note(verb.usage());
            }
            return wrong.exitCode();
        }
        try {
            verb.action().run(arguments, this);
            return ExitCode.OK;
        } catch (EnoughException seen) {
            return seen.exitCode();
        } catch (ShellException failure) {
            output.error(failure);
            return failure.exitCode();
        } finally {
            output.flush();
        }
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
            requireWritable(path);
        }
        return connected().ask(scope, path, request);
    }

    /** @throws CommandRefusedException if this shell is to change nothing */
    void requireWritable(String path) {
        if (settings.care() == ShellSettings.Care.READ_ONLY) {
            throw new CommandRefusedException("ReadOnly", path, "this profile is read-only: nothing was changed");
        }
    }

    /** Asks for what is nice to know; empty if that takes more than a moment. */
    Optional<Response> glimpse(Request request) {
        Znodes current = znodes;
        try {
            return current == null ? Optional.empty() : current.glimpse(request);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Returns the session; a new one, if there was one that has expired. */
    Znodes connected() {
        Znodes current = znodes;
        if (current == null) {
            throw new NotConnectedException("Not connected");
        }
        if (!current.hasExpired()) {
            return current;
        }
        output.note("the session has expired, and with it its watches and ephemerals: beginning a new one");
        return begin(target);
    }

    /** Opens one more session, for its caller to end: here with the same identities, elsewhere with none. */
    Znodes openAlso(String servers, ShellEvents events) {
        return opener.open(servers.equals(target.servers()) ? target : target.elsewhere(servers), events);
    }

    String servers() {
        return target.servers();
    }

    /** Returns the store as recipes see it, opened at its first use. */
    Store store() throws InterruptedException {
        Store open = store;
        if (open == null) {
            open = connected().openStore(target);
            store = open;
        }
        return open;
    }

    /** Proves an identity to the server, for this session and for the store. */
    void identify(String scheme, Bytes proof) throws InterruptedException {
        Request.Auth identity = new Request.Auth(0, scheme, proof);
        connected().ask(Znodes.Scope.CHROOT, scheme, identity);
        target = target.with(identity);
        closeStore();
    }

    /** Begins a new session, one that logs in: who has connected already cannot do so any more. */
    void logIn(Bytes proof) throws InterruptedException {
        Target known = target.with(new Request.Auth(0, Target.SASL, proof));
        // Refused now, not at each connection from now on.
        known.login();
        target = known;
        begin(target).ask(Znodes.Scope.CHROOT, "/", Request.WhoAmI.INSTANCE);
    }

    Output output() {
        return output;
    }

    void print(Result result) {
        output.result(result);
    }

    /** Whether a change to so many nodes, the first of them at the path, is to be confirmed. */
    boolean confirms(long nodes, String path, Arguments arguments) {
        return !arguments.has("yes")
                && (nodes > NODES_UNASKED_MAX
                        || ExportVerb.isReserved(path)
                        || settings.care() == ShellSettings.Care.EXPLICIT);
    }

    /** Goes on unless what is there may be changed after an express yes only; usually a single change needs none. */
    void confirmIfCareful(String question, Arguments arguments) {
        if (settings.care() == ShellSettings.Care.EXPLICIT && !arguments.has("yes")) {
            confirm(question, Unasked.NEEDS_YES);
        }
    }

    /**
     * Goes on if somebody wants that.
     *
     * @param question what is about to happen, such as {@code delete 12 nodes}
     * @throws CommandRefusedException if not
     */
    void confirm(String question, Unasked unasked) {
        Predicate<String> person = confirmation;
        if (settings.care() == ShellSettings.Care.EXPLICIT || person == null && unasked == Unasked.NEEDS_YES) {
            throw new CommandRefusedException(
                    "NotConfirmed",
                    null,
                    (settings.badge().name().isEmpty()
                                    ? ""
                                    : "this is " + settings.badge().name() + ": ") + "to " + question
                            + ", add --yes; nothing was changed");
        }
        if (person != null && !person.test(question + "?")) {
            throw new CommandRefusedException("NotConfirmed", null, "not confirmed, nothing was changed");
        }
    }

    /**
     * Begins to connect to where it was connected last, or is to be connected at first.
     *
     * @throws CommandFailedException if that is no list of servers
     */
    public void reconnect() {
        try {
            connect(target.servers());
        } catch (WrongUsageException malformed) {
            throw new CommandFailedException(ExitCode.USAGE, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    /** Ends the session there may be, and begins one with the servers. */
    void connect(String servers) {
        boolean home = servers.equals(settings.servers());
        target = home ? settings.target() : target.elsewhere(servers);
        directory = directory.isSomewhere() ? Directory.ROOT : Directory.NOWHERE;
        begin(target);
    }

    private Znodes begin(Target where) {
        disconnect();
        Znodes begun = opener.open(where, new ShellEvents() {
            @Override
            public void nodeChanged(EventType type, String path, long zxid) {
                if (printsWatches) {
                    eventPrinter.accept(output.shown(EventText.of(KeeperState.SYNC_CONNECTED, type, path, zxid)));
                }
            }

            @Override
            public void connectionChanged(KeeperState state) {
                if (printsWatches) {
                    connectionPrinter.accept(output.shown(EventText.of(state, EventType.NONE, null, NO_ZXID)));
                }
            }

            @Override
            public void noted(String text) {
                output.note(text);
            }
        });
        znodes = begun;
        return begun;
    }

    /** Ends the session, if there is one. */
    void disconnect() {
        closeStore();
        Znodes current = znodes;
        if (current != null) {
            znodes = null;
            current.close();
        }
    }

    private void closeStore() {
        Store open = store;
        if (open != null) {
            store = null;
            open.close();
        }
    }

    boolean printsWatches() {
        return printsWatches;
    }

    void printWatches(boolean on) {
        printsWatches = on;
    }

    /** Returns where commands go to, and whether they would get there. */
    String state() {
        Znodes current = znodes;
        return current == null ? "CLOSED" : current.state();
    }

    /** Ends as that of Apache's shell does, for whoever waits for that; before it stand profile, session, directory. */
    String prompt() {
        Paint paint = output.paint();
        String state = state();
        String shown = state.equals("CONNECTED") ? paint.good(state) : paint.error(state);
        Znodes current = znodes;
        String session =
                current == null ? "" : current.session().map(id -> id + " ").orElse("");
        String path = directory.path();
        String here = path == null || path.equals("/") ? "" : paint.title(path) + " ";
        ShellSettings.Badge badge = settings.badge();
        String profile = badge.name().isEmpty() ? "" : paint.in(badge.hue(), badge.name()) + " ";
        return profile + paint.faint(session) + here + "[zk: " + target.servers() + "(" + shown + ") " + history.size()
                + "] ";
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

    /** Returns a result with a node's stat below its text, or in its fields. */
    Result withStat(Result result, Stat stat) {
        return result.withStat(stat, statText);
    }

    @Override
    public void close() {
        disconnect();
    }
}
