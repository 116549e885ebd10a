package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.KeeperState;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands against a server: one at a time, results on one stream, errors on the other.
 *
 * <p>Used by the main thread alone, but for watch events, which are printed when they come.
 */
public final class ZnodeShell implements AutoCloseable {
    private static final int HISTORY_SHOWN_MAX = 11;

    private final Znodes.Opener opener;
    private final PrintStream out;
    private final PrintStream err;
    private final StatText statText = new StatText(ZoneId.systemDefault());
    private final List<String> history = new ArrayList<>();
    private Consumer<String> eventPrinter;
    private Consumer<String> connectionPrinter = text -> {};
    private String servers;
    private @Nullable Znodes znodes;
    private boolean quitting;

    /** Makes a shell that is not connected yet. */
    ZnodeShell(Znodes.Opener opener, String servers, PrintStream out, PrintStream err) {
        this.opener = opener;
        this.servers = servers;
        this.out = out;
        this.err = err;
        this.eventPrinter = out::println;
    }

    /** Makes a shell over the network that is not connected yet. */
    public static ZnodeShell over(String servers, PrintStream out, PrintStream err) {
        return new ZnodeShell(NetworkZnodes::open, servers, out, err);
    }

    /** Has all events printed by this, those of the connection too, which are not printed otherwise. */
    void printEventsWith(Consumer<String> printer) {
        eventPrinter = printer;
        connectionPrinter = printer;
    }

    /** Takes the line apart and runs it; an empty line is fine. */
    public ExitCode runLine(String line) throws InterruptedException {
        try {
            List<String> words = Words.split(line);
            if (words.isEmpty()) {
                return ExitCode.OK;
            }
            history.add(line.strip());
            return run(words);
        } catch (WrongUsageException wrong) {
            err.println(wrong.getMessage());
            return ExitCode.USAGE;
        }
    }

    /** Runs one command and says on the error stream what went wrong, if anything did. */
    public ExitCode run(List<String> words) throws InterruptedException {
        Verb verb = Verbs.find(words.get(0)).orElse(null);
        if (verb == null) {
            return unknown(words.get(0));
        }
        try {
            Arguments arguments = verb.grammar().parse(words.subList(1, words.size()));
            verb.action().run(arguments, this);
            return ExitCode.OK;
        } catch (WrongUsageException wrong) {
            err.println(wrong.getMessage());
            err.println(verb.usage());
            if (!verb.options().isEmpty()) {
                err.println(verb.options());
            }
            return ExitCode.USAGE;
        } catch (InvalidPathException invalid) {
            err.println(invalid.getMessage());
            return ExitCode.USAGE;
        } catch (RefusedException refused) {
            err.println(refused.getMessage());
            return exitCodeOf(refused.code());
        } catch (NotConnectedException notConnected) {
            err.println(notConnected.getMessage());
            return ExitCode.UNREACHABLE;
        } finally {
            out.flush();
        }
    }

    private ExitCode unknown(String name) {
        List<String> similar = Verbs.similarTo(name);
        err.println("Command not found: " + name
                + (similar.isEmpty()
                        ? "; 'help' lists what there is"
                        : ", did you mean " + String.join(" or ", similar) + "?"));
        return ExitCode.USAGE;
    }

    private static ExitCode exitCodeOf(ErrorCode code) {
        return switch (code) {
            case CONNECTION_LOSS, SESSION_EXPIRED, OPERATION_TIMEOUT, REQUEST_TIMEOUT -> ExitCode.UNREACHABLE;
            case NO_AUTH, AUTH_FAILED, SESSION_CLOSED_REQUIRE_SASL_AUTH -> ExitCode.DENIED;
            default -> ExitCode.PROBLEM;
        };
    }

    /**
     * Sends the request and waits for the answer.
     *
     * @param path what it is about, for those who hear of a failure
     */
    Response ask(String path, Request request) throws InterruptedException {
        Znodes current = znodes;
        if (current == null) {
            throw new NotConnectedException("Not connected");
        }
        return current.ask(path, request);
    }

    void print(String text) {
        out.println(text);
    }

    void print(Stat stat) {
        print(statText.of(stat));
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
        znodes = opener.open(newServers, new ShellEvents() {
            @Override
            public void nodeChanged(EventType type, String path, long zxid) {
                eventPrinter.accept(EventText.of(KeeperState.SYNC_CONNECTED, type, path, zxid));
            }

            @Override
            public void connectionChanged(KeeperState state) {
                connectionPrinter.accept(EventText.of(state, EventType.NONE, null, NO_ZXID));
            }
        });
    }

    /** Ends the session, if there is one. */
    void disconnect() {
        Znodes current = znodes;
        if (current != null) {
            znodes = null;
            current.close();
        }
    }

    String prompt() {
        Znodes current = znodes;
        String state = current == null ? "CLOSED" : current.state();
        return "[zk: " + servers + "(" + state + ") " + history.size() + "] ";
    }

    void printHistory() {
        for (int i = Math.max(0, history.size() - HISTORY_SHOWN_MAX); i < history.size(); i++) {
            print(i + " - " + history.get(i));
        }
    }

    void quit() {
        quitting = true;
    }

    boolean isQuitting() {
        return quitting;
    }

    @Override
    public void close() {
        disconnect();
    }
}
