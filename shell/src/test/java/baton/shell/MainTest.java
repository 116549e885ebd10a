package baton.shell;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.LoopbackPort;
import baton.shell.console.ZnodeShell;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void withoutACommandItShowsWhatThereIs() {
        int code = run();

        assertThat(code).isZero();
        assertThat(out.toString()).contains("demo", "server", "shell", "ensemble", "bench", "help", "Exit codes");
    }

    @Test
    void everyCommandHasHelp() {
        for (String command : Commands.commandLine().getSubcommands().keySet()) {
            assertThat(run("help", command)).as(command).isZero();
        }
        assertThat(out.toString()).contains("bin/baton shell ls -R /");
    }

    /** They are broken where they reach 80 columns. To a list of commands only the first part goes. */
    @Test
    void helpIsMadeOfWholeSentences() {
        List<String> torn = new ArrayList<>();
        for (CommandLine each : allCommands()) {
            Stream.of(each.getCommandSpec().usageMessage().description())
                    .filter(line -> !line.isEmpty() && !line.endsWith(".") && !line.endsWith(".%n"))
                    .forEach(torn::add);
            footers(each)
                    .filter(line -> !isExample(line) && !line.matches("|.*[.:]"))
                    .forEach(torn::add);
            for (CommandLine.Model.OptionSpec option : each.getCommandSpec().options()) {
                Stream.of(option.description())
                        .filter(line -> !line.endsWith(".") && !line.endsWith(".)"))
                        .forEach(torn::add);
            }
        }

        assertThat(torn).isEmpty();
    }

    @Test
    void examplesOfHelpFitAnyTerminal() {
        List<String> examples = allCommands().stream()
                .flatMap(each -> footers(each).filter(MainTest::isExample))
                .toList();

        assertThat(examples).isNotEmpty().allSatisfy(each -> assertThat(each).hasSizeLessThanOrEqualTo(80));
    }

    private static List<CommandLine> allCommands() {
        List<CommandLine> all = new ArrayList<>(List.of(Commands.commandLine()));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).getSubcommands().values());
        }
        return all;
    }

    private static Stream<String> footers(CommandLine command) {
        return Stream.of(command.getCommandSpec().usageMessage().footer());
    }

    private static boolean isExample(String line) {
        return line.startsWith(" ");
    }

    @Test
    void aServerThatIsNotThereIsNotHealthy() {
        try (LoopbackPort nobodys = LoopbackPort.claim()) {
            assertThat(run("health", "-server", nobodys.toString())).isEqualTo(1);
        }
    }

    @Test
    void anUnknownCommandIsGuessed() {
        int code = run("serve");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("Unmatched argument at index 0: 'serve'", "Did you mean server?");
    }

    @Test
    void aCommandOfTheShellIsGuessedToo() {
        assertThat(run("leader")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean leaders?");
    }

    @Test
    void aCommandOfTheShellNeedsNoShellBeforeIt() {
        assertThat(Main.run("ls", "relative")).isEqualTo(2);
        assertThat(Main.run("-timeout", "0", "ls", "/")).isEqualTo(2);
        assertThat(Main.run("--file=/no/such/file")).isEqualTo(1);
        assertThat(Main.run("shell", "-timeout", "0", "ls", "/")).isEqualTo(2);
        assertThat(Main.run("shell", "-f", "/no/such/file")).isEqualTo(1);
    }

    /** The two ways to read a command line agree on whose command it is. */
    @Test
    void whatIsNoCommandOfTheShellStaysThat() {
        assertThat(Commands.commandLine().getSubcommands().keySet().stream().filter(ZnodeShell::knows))
                .containsExactlyInAnyOrder("config", "help");
        assertThat(Main.run("config")).isZero();
        assertThat(Main.run("help", "shell")).isZero();
        assertThat(Main.run("shell", "-server", "127.0.0.1:port", "pwd")).isEqualTo(2);
        assertThat(Main.run("--server", "127.0.0.1:port", "pwd")).isEqualTo(2);
        assertThat(Main.run("shell", "--output", "json", "-server", "127.0.0.1:port", "pwd"))
                .isEqualTo(2);
    }

    @Test
    void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
        assertThat(run("completion", "bash")).isZero();

        assertThat(completed(1, "baton", "lea")).containsExactly("leaders");
        assertThat(completed(1, "baton", "she")).containsExactly("shell");
        assertThat(completed(4, "baton", "shell", "-server", "h:1", "reco")).contains("reconfig");
        assertThat(completed(3, "baton", "shell", "deleteall", "--")).containsExactly("--yes", "--dry-run");
        assertThat(completed(2, "baton", "get", "-")).containsExactly("-b", "-o", "-s", "-w", "-x", "--raw");
        assertThat(completed(2, "baton", "server", "--da")).containsExactly("--data-dir");
    }

    @Test
    void otherShellsHaveScriptsToo() {
        assertThat(run("completion", "zsh")).isZero();
        assertThat(out.toString()).contains("bashcompinit", "complete -o filenames -F _baton baton");
        assertThat(run("completion", "fish")).isZero();
        assertThat(out.toString())
                .contains("complete -c baton -n '__fish_seen_subcommand_from get' -a '-b -o -s -w -x --raw'");
    }

    private List<String> completed(int word, String... words) throws IOException, InterruptedException {
        String script = out + "\nCOMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD=" + word
                + "; _baton; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "--norc", "-c", script)
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(bash.waitFor()).as("bash said %s", lines).isZero();
        return lines;
    }

    @Test
    void anUnknownOptionIsAMatterOfUsage() {
        assertThat(run("shell", "--no-such-option")).isEqualTo(2);
        assertThat(err.toString()).contains("Unknown option: '--no-such-option'");
    }

    @Test
    void anEnsembleIsRefusedWithAReason() {
        int code = run("ensemble", "--size", "5");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).startsWith("baton ensemble: an ensemble of 5 is not possible");
    }

    @Test
    void whatTheDemoCannotDoIsSaidInOneLine() {
        assertThat(run("demo", "--workers", "0")).isEqualTo(2);
        assertThat(run("demo", "/no/such/path")).isEqualTo(2);
        assertThat(err.toString())
                .contains("baton: --workers 0: must be at least 1", "baton demo: /no/such/path does not exist");
    }

    private int run(String... arguments) {
        CommandLine commandLine = Commands.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
