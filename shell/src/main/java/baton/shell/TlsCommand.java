package baton.shell;

import baton.shell.exit.ExitCode;
import baton.shell.tls.CertificateAuthority;
import baton.shell.tls.CertificateCheck;
import baton.shell.tls.Finding;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baton tls}: makes and checks the files that {@code baton.tls.dir} names. */
@Command(
        name = "tls",
        description = "Makes certificates for a test or a small site, and checks those that are there.",
        mixinStandardHelpOptions = true,
        subcommands = {TlsCommand.Init.class, TlsCommand.Check.class},
        footer = {
            "",
            "Examples:",
            "  bin/baton tls init --hosts zk1.example,127.0.0.1 --out /etc/baton/tls",
            "  bin/baton tls init --hosts zk2.example --out /etc/baton/tls   same authority",
            "  bin/baton tls check /etc/baton/tls/zk1.example --server zk1.example:2281",
            "and in zoo.cfg:",
            "  baton.tls.dir=/etc/baton/tls/zk1.example"
        })
final class TlsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code baton tls init}. */
    @Command(
            name = "init",
            description = {
                "Makes an authority of your own, good for ten years, and for each host a directory with a certificate "
                        + "that names it, good for a year.",
                "An authority that is there already is used again. Certificates serve clients, too. Keep ca/ca.key "
                        + "away from servers: whoever has it can make more."
            },
            mixinStandardHelpOptions = true)
    static final class Init implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(
                names = "--hosts",
                split = ",",
                required = true,
                paramLabel = "HOST",
                description = "Names or addresses by which clients dial, with commas between them.")
        private List<String> hosts = List.of();

        @Option(names = "--out", paramLabel = "DIRECTORY", description = "Where, default ${DEFAULT-VALUE}.")
        private Path directory = Path.of("tls");

        @Override
        public Integer call() throws InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            for (Path each : CertificateAuthority.issue(directory, hosts)) {
                out.println(each);
            }
            out.flush();
            return ExitCode.OK.number();
        }
    }

    /** {@code baton tls check}. */
    @Command(
            name = "check",
            description = {
                "Says whether key and certificates of a directory fit together, are in date and name the hosts, and "
                        + "whether the servers can be talked to with them.",
                "Ends with 1 if anything is wrong."
            },
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "DIRECTORY", description = "With ca.pem, node.pem and node.key.")
        private Path directory = Path.of(".");

        @Option(names = "--hosts", split = ",", paramLabel = "HOST", description = "What the certificate must name.")
        private List<String> hosts = List.of();

        @Option(names = "--server", split = ",", paramLabel = "HOST:PORT", description = "Servers to shake hands with.")
        private List<String> servers = List.of();

        @Mixin
        private OutputOption output = new OutputOption();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            List<Finding> findings = CertificateCheck.run(directory, hosts, servers, Instant.now());
            for (Finding each : findings) {
                String level = each.level().name().toLowerCase(Locale.ROOT);
                out.println(output.of(level + ": " + each.text(), Map.of("level", level, "text", each.text())));
            }
            out.flush();
            boolean wrong = findings.stream().anyMatch(each -> each.level() == Finding.Level.ERROR);
            return (wrong ? ExitCode.PROBLEM : ExitCode.OK).number();
        }
    }
}
