package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code config} and {@code reconfig}: who belongs to the ensemble. Its node lies outside of any chroot. */
final class EnsembleVerbs {
    private static final String CONFIG = "/zookeeper/config";
    private static final String ANY_HOST = "0.0.0.0";

    private EnsembleVerbs() {}

    static void config(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Response.Content node =
                (Response.Content) shell.askServer(CONFIG, new Request.GetData(CONFIG, arguments.has("w")));

        print(textOf(node.bytes()), node, arguments, shell);
    }

    private static void print(String config, Response.Content node, Arguments arguments, ZnodeShell shell) {
        Result result =
                Result.of(arguments.has("c") ? clientLine(config) : config).with("config", config);
        shell.print(arguments.has("s") ? shell.withStat(result, node.stat()) : result);
    }

    private static String textOf(@Nullable Bytes data) {
        return data == null ? "null" : data.utf8();
    }

    static void reconfig(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Optional<String> members = members(arguments);
        Optional<String> joining = lowerCase(arguments, "add");
        Optional<String> leaving = lowerCase(arguments, "remove");
        if (members.isPresent() && (joining.isPresent() || leaving.isPresent())) {
            throw new WrongUsageException(
                    "Can't use -file or -members together with -add or -remove (mixing incremental"
                            + " and non-incremental modes is not allowed)");
        }
        if (members.isEmpty() && joining.isEmpty() && leaving.isEmpty()) {
            throw WrongUsageException.missing("-file, -members, -add or -remove");
        }

        Request.Reconfig request = new Request.Reconfig(
                joining.orElse(null), leaving.orElse(null), members.orElse(null), version(arguments));
        shell.consent().confirmIfCareful("change who belongs to the ensemble", arguments);

        Response answer = shell.askServer(CONFIG, request);

        Response.Content node = (Response.Content) answer;
        print("Committed new configuration:\n" + textOf(node.bytes()), node, arguments, shell);
    }

    private static Optional<String> members(Arguments arguments) {
        Optional<String> file = arguments.value("file");
        Optional<String> members = lowerCase(arguments, "members");
        if (file.isPresent() && members.isPresent()) {
            throw new WrongUsageException("Can't use -file and -members together (conflicting non-incremental modes)");
        }
        return file.isPresent() ? file.map(EnsembleVerbs::membersIn) : members;
    }

    /** The members of a file of dynamic configuration, in the form of the command line. */
    private static String membersIn(String file) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            if (lines.stream().noneMatch(line -> line.startsWith("server."))) {
                throw new CommandRefusedException("File", null, "Error processing " + file + ": no line server.N=...");
            }
            return String.join("\n", lines);
        } catch (IOException unreadable) {
            throw new CommandRefusedException(
                    "File", null, "Error processing " + file + ": " + FileFault.of(unreadable));
        }
    }

    private static Optional<String> lowerCase(Arguments arguments, String option) {
        return arguments.value(option).map(text -> text.toLowerCase(Locale.ROOT));
    }

    private static long version(Arguments arguments) {
        try {
            return arguments
                    .value("v")
                    .map(digits -> Long.parseLong(digits, 16))
                    .orElse(-1L);
        } catch (NumberFormatException notHexadecimal) {
            throw new WrongUsageException("-v must be followed by a long (configuration version)");
        }
    }

    /** The version, and where clients connect: {@code 100000000 host:port,host:port}. */
    static String clientLine(String config) {
        String version = "";
        List<String> addresses = new ArrayList<>();
        for (String line : config.split("\\R")) {
            String value = line.substring(line.indexOf('=') + 1).strip();
            if (line.startsWith("version=")) {
                version = value;
            } else if (line.startsWith("server.") && value.indexOf(';') >= 0) {
                String client = value.substring(value.indexOf(';') + 1);
                addresses.add(client.indexOf(':') < 0 ? ANY_HOST + ":" + client : client);
            }
        }
        return version + " " + String.join(",", addresses);
    }
}
