package baton.shell;

import baton.shell.health.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code baton health}: listed here for the help. The launcher starts {@link Probe} by itself, which is quicker. */
@Command(
        name = "health",
        description = {
            "Asks the admin server of a server whether it serves (--ready, unless another question is asked), "
                    + "lives (--live) or has loaded its data (--started).",
            "Ends with 0 for yes and with 1 for no or no answer."
        },
        customSynopsis = "baton health [--ready | --live | --started] [-server HOST:PORT] [--timeout MILLIS]",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without -server: 127.0.0.1:8080. The timeout is 5000 ms unless said otherwise.",
            "",
            "Examples:",
            "  bin/baton health",
            "  bin/baton health --live -server 127.0.0.1:9090"
        })
final class HealthCommand implements Callable<Integer> {
    @Unmatched
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        return Probe.run(arguments.toArray(String[]::new), System.out, System.err);
    }
}
