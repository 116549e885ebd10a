package baton.shell;

import baton.shell.console.ZnodeShell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baton completion}: prints what a command line shell needs to complete {@code baton}'s words. */
@Command(
        name = "completion",
        description = "Prints a script with which bash, zsh or fish completes commands and options.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  source <(bin/baton completion bash)       in ~/.bashrc; zsh in ~/.zshrc",
            "  bin/baton completion fish | source        in ~/.config/fish/config.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    /** What the script is for. */
    enum Target {
        bash,
        zsh,
        fish
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Target target = Target.bash;

    @Override
    public Integer call() {
        Map<String, List<String>> options = options(spec.root().commandLine());
        spec.commandLine()
                .getOut()
                .print(
                        switch (target) {
                            case bash -> bash(options);
                            case zsh -> ZSH + bash(options);
                            case fish -> fish(options);
                        });
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** Of each command and each verb of the shell; a command goes before a verb of the same name. */
    private static Map<String, List<String>> options(CommandLine baton) {
        Map<String, List<String>> options = new TreeMap<>();
        ZnodeShell.commands().forEach(verb -> options.put(verb, ZnodeShell.optionsOf(verb)));
        baton.getSubcommands().forEach((name, command) -> options.put(name, optionsOf(command)));
        return options;
    }

    private static String bash(Map<String, List<String>> options) {
        String cases = options.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> "    " + entry.getKey() + ") options='" + String.join(" ", entry.getValue()) + "' ;;")
                .collect(Collectors.joining("\n"));
        return SCRIPT.replace("@WORDS@", String.join(" ", options.keySet()))
                .replace("@VERBS@", String.join(" ", ZnodeShell.commands()))
                .replace("@CASES@", cases);
    }

    private static String fish(Map<String, List<String>> options) {
        List<String> lines = new ArrayList<>();
        lines.add("# Completion of baton's commands and options in fish: bin/baton completion fish | source");
        lines.add("complete -c baton -n __fish_use_subcommand -f -a '" + String.join(" ", options.keySet()) + "'");
        lines.add("complete -c baton -n '__fish_seen_subcommand_from shell' -a '"
                + String.join(" ", ZnodeShell.commands()) + "'");
        options.forEach((name, words) -> {
            if (!words.isEmpty()) {
                lines.add("complete -c baton -n '__fish_seen_subcommand_from " + name + "' -a '"
                        + String.join(" ", words) + "'");
            }
        });
        return String.join("\n", lines) + "\n";
    }

    private static List<String> optionsOf(CommandLine command) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                names.addAll(List.of(option.names()));
            }
        }
        return names;
    }

    /** Lets zsh take what is written for bash. */
    private static final String ZSH = """
            # Completion in zsh: source <(bin/baton completion zsh)
            autoload -U +X compinit && compinit -u
            autoload -U +X bashcompinit && bashcompinit
            """;

    private static final String SCRIPT = """
            # Completion of baton's commands and options in bash: source <(bin/baton completion bash)
            _baton() {
              local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} options='' each
              if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W '@WORDS@' -- "$word"))
                return
              fi
              if [ "$command" = shell ]; then
                for each in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
                  case " @VERBS@ " in
                    *" $each "*) command=$each; break ;;
                  esac
                done
              fi
              case $command in
            @CASES@
              esac
              case $word in
                -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
                *)
                  COMPREPLY=($(compgen -f -- "$word"))
                  [ "$command" != shell ] || COMPREPLY+=($(compgen -W '@VERBS@' -- "$word"))
                  ;;
              esac
            }
            complete -o filenames -F _baton baton bin/baton
            """;
}
