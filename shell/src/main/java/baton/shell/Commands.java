package baton.shell;

import baton.server.config.ConfigException;
import baton.shell.console.ZnodeShell;
import baton.shell.exit.CommandFailedException;
import baton.shell.exit.DidYouMean;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Everything but the plain start of a server: the commands, their options, and what is wrong with them. */
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final String SHELL = "shell";

    /** Commands of the shell that without {@code shell} before them are something else. */
    private static final Set<String> NOT_OF_SHELL = Set.of("config", "help");

    /** It tells on standard error what it found out about the machine. */
    private static final class Grpc {
        /** Kept, for its level is forgotten with it. */
        static final java.util.logging.Logger LOGGER = java.util.logging.Logger.getLogger("io.grpc");
    }

    private Commands() {}

    /** Runs the command line and returns what the process is to end with. */
    static int run(String... arguments) {
        Grpc.LOGGER.setLevel(Level.WARNING);
        Optional<ShellCommand> plain = plainOfShell(List.of(arguments));
        if (plain.isPresent()) {
            return run(plain.get());
        }
        CommandLine commandLine = commandLine();
        return commandLine.execute(withShell(commandLine, arguments));
    }

    /** As with a plain start of a server: options are read only where there are some. */
    private static Optional<ShellCommand> plainOfShell(List<String> words) {
        if (words.isEmpty() || NOT_OF_SHELL.contains(words.get(0))) {
            return Optional.empty();
        }
        return ShellCommand.plain(words.get(0).equals(SHELL) ? words.subList(1, words.size()) : words);
    }

    private static int run(ShellCommand command) {
        try {
            return command.call();
        } catch (IOException | InterruptedException | RuntimeException failure) {
            return failed(failure, SHELL, new PrintWriter(System.err, true));
        }
    }

    /** Puts {@code shell} before one of its commands or options. */
    private static String[] withShell(CommandLine commandLine, String[] arguments) {
        return arguments.length > 0 && isOfShell(commandLine, arguments[0])
                ? Stream.concat(Stream.of(SHELL), Stream.of(arguments)).toArray(String[]::new)
                : arguments;
    }

    private static boolean isOfShell(CommandLine commandLine, String first) {
        String option = first.startsWith("--") ? first.replaceFirst("=.*", "") : first;
        return !commandLine.getSubcommands().containsKey(first)
                && !commandLine.getCommandSpec().optionsMap().containsKey(option)
                && (ZnodeShell.knows(first)
                        || shell(commandLine).getCommandSpec().optionsMap().containsKey(option));
    }

    private static CommandLine shell(CommandLine commandLine) {
        return Objects.requireNonNull(commandLine.getSubcommands().get(SHELL));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new BatonCommand())
                .setParameterExceptionHandler(Commands::wrongUsage)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> failed(failure, nameOf(command), command.getErr()))
                // A word that begins with an @ is what it is, data for one.
                .setExpandAtFiles(false);
        // What follows the verb of a shell command has options of its own.
        shell(commandLine).setStopAtPositional(true);
        return commandLine;
    }

    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        List<String> meant = wrong instanceof UnmatchedArgumentException unmatched
                ? DidYouMean.among(wordsOf(command), unmatched.getUnmatched().get(0))
                : List.of();
        err.println("baton: " + wrong.getMessage());
        err.println(
                meant.isEmpty()
                        ? "Try 'bin/" + (command.getParent() == null ? "baton help" : nameOf(command) + " --help")
                                + "'."
                        : "Did you mean " + String.join(" or ", meant) + "?");
        return ExitCode.USAGE.number();
    }

    private static List<String> wordsOf(CommandLine command) {
        List<String> words = new ArrayList<>(command.getSubcommands().keySet());
        if (command.getParent() == null) {
            words.addAll(ZnodeShell.commands());
        }
        command.getCommandSpec().options().forEach(option -> words.addAll(List.of(option.names())));
        return words;
    }

    /** Returns all words that call it: {@code baton tls init}. */
    private static String nameOf(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    private static int failed(Exception failure, String command, PrintWriter err) {
        if (failure instanceof CommandFailedException ending) {
            err.println(command + ": " + ending.getMessage());
            return ending.exitCode().number();
        }
        if (failure instanceof ConfigException malformed) {
            malformed.problems().forEach(err::println);
            return ExitCode.CONFIGURATION.number();
        }
        if (failure instanceof InterruptedException) {
            return ExitCode.INTERRUPTED.number();
        }
        err.println(command + ": internal error, please report it with what follows:");
        err.flush();
        LOG.error("failed command={}", command, failure);
        return ExitCode.INTERNAL.number();
    }
}
