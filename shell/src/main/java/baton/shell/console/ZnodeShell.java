package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.EventType;
import baton.protocol.KeeperState;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
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
    private static final int HISTORY_SHOWN_MAX = 11;
    private static final String PROVES = "addauth";

    private final Znodes.Opener opener;
    private final Duration sessionTimeout;
    private final Output output;
    private final StatText statText = new StatText(ZoneId.systemDefault());
    private final List<String> history = new ArrayList<>();
    private Consumer<String> connectionPrinter = text -> {};
    private Predicate<String> confirmation = question -> true;
    private String servers;
    private @Nullable Znodes znodes;
    private @Nullable Store store;
    private boolean quitting;

    // Read by the client's thread. Writer: the main thread.
    private volatile Consumer<String> eventPrinter;
    private volatile boolean printsWatches = true;

    /** Makes a shell that is not connected yet. */
    ZnodeShell(Znodes.Opener opener, ShellSettings settings, PrintStream out, PrintStream err) {
        this.opener = opener;
        this.servers = settings.servers();
        this.sessionTimeout = settings.sessionTimeout();
        this.output = new Output(out, err, settings);
        this.eventPrinter = output::line;
    }

    /** Makes a shell over the network that is not connected yet. */
    public static ZnodeShell over(ShellSettings settings, PrintStream out, PrintStream err) {
        return new ZnodeShell(ZnodeShell::open, settings, out, err);
    }

    private static Znodes open(String servers, Duration sessionTimeout, ShellEvents events) {
        return NoZnodes.isMeant(servers)
                ? NoZnodes.open(servers, sessionTimeout)
                : NetworkZnodes.open(servers, sessionTimeout, events);
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

    /** Asks before what cannot be undone; without, nothing is asked. */
    void confirmWith(Predicate<String> asking) {
        confirmation = asking;
    }

    /** Takes the line apart and runs it; an empty line is fine. */
    public ExitCode runLine(String line) throws InterruptedException {
        try {
            List<String> words = Words.split(line);
            if (words.isEmpty()) {
                return ExitCode.OK;
            }
            history.add(words.get(0).equals(PROVES) ? withoutProof(words) : line.strip());
            return run(words.get(0).equals("redo") ? redone(words) : words);
        } catch (WrongUsageException wrong) {
            output.error(wrong);
            return wrong.exitCode();
        }
    }

    /** Keeps the scheme, and whatever may be a password to itself. */
    private static String withoutProof(List<String> words) {
        return words.size() > 2 ? PROVES + " " + words.get(1) + " ..." : PROVES + " ...";
    }

    /** The words of an earlier line, which takes the place of this one in the history. */
    private List<String> redone(List<String> words) {
        int now = history.size() - 1;
        String digits = words.size() < 2 ? "" : words.get(1);
        int number = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
        if (number < 0 || number >= now) {
            throw new WrongUsageException("Command index out of range");
        }
        List<String> earlier = Words.split(history.get(number));
        if (earlier.get(0).equals(PROVES)) {
            throw new WrongUsageException(
                    "cannot redo " + number + ": the history keeps no passwords, type addauth again");
        }
        history.set(now, history.get(number));
        return earlier;
    }

    /** Runs one command and says on the error stream what went wrong, if anything did. */
    public ExitCode run(List<String> words) throws InterruptedException {
        Verb verb = Verbs.find(words.get(0)).orElse(null);
        if (verb == null) {
            return unknown(words.get(0));
        }
        Arguments arguments;
        try {
            arguments = verb.grammar().parse(words.subList(1, words.size()));
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
        return connected().ask(Znodes.Scope.CHROOT, path, request);
    }

    /** As {@link #ask}, but paths are those of the server, whatever the chroot. */
    Response askServer(String path, Request request) throws InterruptedException {
        return connected().ask(Znodes.Scope.SERVER, path, request);
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

    /** Returns the session. */
    Znodes connected() {
        Znodes current = znodes;
        if (current == null) {
            throw new NotConnectedException("Not connected");
        }
        return current;
    }

    /** Returns the store as recipes see it, opened at its first use. */
    Store store() throws InterruptedException {
        Store open = store;
        if (open == null) {
            open = connected().openStore();
            store = open;
        }
        return open;
    }

    /** Proves an identity to the server, for this session and for the store. */
    void identify(String scheme, Bytes proof) throws InterruptedException {
        Znodes current = connected();
        current.ask(Znodes.Scope.CHROOT, scheme, new Request.Auth(0, scheme, proof));
        current.identified(scheme, proof);
        closeStore();
    }

    Output output() {
        return output;
    }

    void print(Result result) {
        output.result(result);
    }

    /** @throws CommandRefusedException if a person was asked and said no */
    void confirm(String question) {
        if (!confirmation.test(question)) {
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
            connect(servers);
        } catch (WrongUsageException malformed) {
            throw new CommandFailedException(ExitCode.USAGE, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    /** Ends the session there may be, and begins one with the servers. */
    void connect(String newServers) {
        disconnect();
        servers = newServers;
        znodes = opener.open(newServers, sessionTimeout, new ShellEvents() {
            @Override
            public void nodeChanged(EventType type, String path, long zxid) {
                if (printsWatches) {
                    eventPrinter.accept(EventText.of(KeeperState.SYNC_CONNECTED, type, path, zxid));
                }
            }

            @Override
            public void connectionChanged(KeeperState state) {
                if (printsWatches) {
                    connectionPrinter.accept(EventText.of(state, EventType.NONE, null, NO_ZXID));
                }
            }
        });
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

    String prompt() {
        Paint paint = output.paint();
        String state = state();
        String shown = state.equals("CONNECTED") ? paint.good(state) : paint.error(state);
        return "[zk: " + servers + "(" + shown + ") " + history.size() + "] ";
    }

    void printHistory() {
        for (int i = Math.max(0, history.size() - HISTORY_SHOWN_MAX); i < history.size(); i++) {
            print(Result.of(i + " - " + history.get(i)).with("index", i).with("command", history.get(i)));
        }
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
