package baton.shell;

import baton.client.TlsOptions;
import baton.protocol.Bytes;
import baton.shell.console.Editor;
import baton.shell.console.ScriptLoop;
import baton.shell.console.ShellSettings;
import baton.shell.console.TerminalLoop;
import baton.shell.console.ZnodeShell;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import baton.shell.profile.ApacheLogin;
import baton.shell.profile.ApacheTls;
import baton.shell.profile.Profile;
import baton.shell.profile.ProfileFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton shell}: one command, the commands of a pipe or file, or a conversation. */
@Command(
        name = "shell",
        description = {
            "Reads and changes znodes, and shows locks, leaders, services, members and queues: takes the commands "
                    + "of zkCli.sh and more.",
            "With a COMMAND runs it and exits; without one asks for commands, or reads them from a pipe. 'shell' "
                    + "may be left out before a COMMAND or an option."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  bin/baton shell                         a prompt; 'help' lists the commands",
            "  bin/baton shell ls -R /",
            "  bin/baton shell -server 127.0.0.1:2181 create -e -s /tasks/task- 'some text'",
            "  bin/baton locks                         who holds what, and who waits",
            "  echo 'get -s /config' | bin/baton shell --output json"
        })
final class ShellCommand implements Callable<Integer> {
    /** When to print in colours. */
    enum Colours {
        auto,
        always,
        never
    }

    private static final String SERVERS_DEFAULT = "127.0.0.1:2181";
    /** Schemes of identities that nobody has to keep to himself. */
    private static final Set<String> WITHOUT_SECRET = Set.of("ip", "world", "x509");

    private static final Set<String> SERVER_OPTIONS = Set.of("-server", "--server");

    @Option(
            names = {"-server", "--server"},
            paramLabel = "HOST:PORT,...[/CHROOT]",
            description = "Where to connect, default that of the profile, or 127.0.0.1:2181. At "
                    + "etcd://HOST:PORT,...[/NAMESPACE] there are no znodes, but the views of recipes and watch work.")
    private Optional<String> servers = Optional.empty();

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Servers, TLS, identities and care of a table in ~/.baton/profiles.toml.")
    private Optional<String> profile = Optional.empty();

    @Option(
            names = "-client-configuration",
            paramLabel = "FILE",
            description = "Properties zookeeper.client.secure and zookeeper.ssl.*, as Apache's client takes them.")
    private Optional<Path> clientConfiguration = Optional.empty();

    @Option(
            names = {"-timeout", "--timeout"},
            paramLabel = "MILLIS",
            description = "Session timeout to ask for, default that of the profile, or 30000.")
    private Optional<Long> timeoutMillis = Optional.empty();

    @Option(
            names = "-waitforconnection",
            description = "A server may take as long as -timeout says to be there, instead of 5 seconds.")
    private boolean waitForConnection;

    @Option(
            names = "-r",
            description = "A server that has no quorum will do, if there is no other: to read nodes, not recipes.")
    private boolean readOnlyWillDo;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Runs the commands of a file, a line each.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--keep-going", description = "Goes on after a command of a pipe or file failed.")
    private boolean keepGoing;

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "${COMPLETION-CANDIDATES}; auto: on a terminal, unless NO_COLOR is set.")
    private Colours colours = Colours.auto;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "One command and what it takes.")
    private List<String> command = List.of();

    /** Returns a shell without options but, perhaps, where to connect, and without a command or with one; else empty. */
    static Optional<ShellCommand> plain(List<String> words) {
        boolean connects = words.size() > 1 && SERVER_OPTIONS.contains(words.get(0));
        List<String> command = connects ? words.subList(2, words.size()) : words;
        if (!command.isEmpty() && !ZnodeShell.knows(command.get(0))) {
            return Optional.empty();
        }
        ShellCommand plain = new ShellCommand();
        plain.servers = connects ? Optional.of(words.get(1)) : Optional.empty();
        plain.command = command;
        return Optional.of(plain);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ShellSettings settings = settings();
        if (command.size() > 2 && command.get(0).equals("addauth") && !WITHOUT_SECRET.contains(command.get(1))) {
            System.err.println(
                    "baton: whoever is on this machine can read the arguments of a command (ps): give addauth"
                            + " its password by --file or --stdin, or name a --profile with auth");
        }
        try (ZnodeShell shell = ZnodeShell.over(settings, System.out, System.err)) {
            Launch.editor().ifPresent(command -> shell.editWith(Editor.running(command)));
            if (Launch.isTold()) {
                shell.showProgress();
            }
            if (!command.isEmpty() || file.isPresent()) {
                shell.readDataFrom(System.in);
            }
            return run(shell, settings.servers()).number();
        }
    }

    private ShellSettings settings() throws InterruptedException {
        Optional<Profile> chosen = profile.map(name ->
                ProfileFile.read(userDirectory().resolve("profiles.toml")).profile(name));
        ShellSettings settings = ShellSettings.of(
                servers.or(() -> chosen.flatMap(Profile::servers)).orElse(SERVERS_DEFAULT));
        Optional<TlsOptions> tls = ApacheTls.of(clientConfiguration, System.getProperties());
        if (tls.isPresent()) {
            settings = settings.withTls(tls.get());
        }
        Optional<Bytes> login = ApacheLogin.read(System.getProperties());
        if (login.isPresent()) {
            settings = settings.withIdentity("sasl", login.get());
        }
        if (chosen.isPresent()) {
            settings = chosen.get().applyTo(settings);
        }
        if (timeoutMillis.isPresent()) {
            settings = settings.withSessionTimeout(Duration.ofMillis(validTimeout(timeoutMillis.get())));
        }
        if (waitForConnection) {
            settings = settings.withPatience(settings.target().sessionTimeout());
        }
        if (readOnlyWillDo) {
            settings = settings.withReadOnlyServers();
        }
        if (output.isJson()) {
            settings = settings.withForm(ShellSettings.Form.JSON);
        }
        if (!command.isEmpty() && !Launch.isShown()) {
            settings = settings.withBareContent();
        }
        boolean coloured = colours == Colours.always || colours == Colours.auto && Launch.isColourful();
        return coloured ? settings.withColours() : settings;
    }

    private static long validTimeout(long millis) {
        if (millis < 1 || millis > Duration.ofDays(1).toMillis()) {
            throw new CommandFailedException(
                    ExitCode.USAGE, "-timeout " + millis + ": must be 1 to 86400000 milliseconds");
        }
        return millis;
    }

    private static Path userDirectory() {
        return Path.of(System.getProperty("user.home"), ".baton");
    }

    private ExitCode run(ZnodeShell shell, String servers) throws IOException, InterruptedException {
        if (!command.isEmpty()) {
            shell.reconnect();
            return command.size() == 1 ? shell.runLine(command.get(0)) : shell.run(command);
        }
        if (file.isPresent()) {
            return script(shell, opened(file.get()));
        }
        if (!Launch.isTyped() || !Launch.isShown()) {
            return script(shell, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
        System.out.println("Connecting to " + servers);
        System.out.println("Welcome to Baton! 'help' lists the commands, Tab completes them and paths.");
        new TerminalLoop(shell, userDirectory().resolve("history"), Launch.isTold()).run();
        return ExitCode.OK;
    }

    private static BufferedReader opened(Path script) {
        try {
            return Files.newBufferedReader(script);
        } catch (IOException unreadable) {
            throw new CommandFailedException(
                    ExitCode.PROBLEM, "-f " + script + ": cannot be read: " + unreadable, unreadable);
        }
    }

    private ExitCode script(ZnodeShell shell, BufferedReader lines) throws IOException, InterruptedException {
        shell.reconnect();
        ScriptLoop.OnError onError = keepGoing ? ScriptLoop.OnError.CONTINUE : ScriptLoop.OnError.STOP;
        try (lines) {
            return new ScriptLoop(shell, onError).run(lines);
        }
    }
}
