package baton.shell.console;

import baton.shell.exit.DidYouMean;
import java.util.List;
import java.util.Optional;

/** All commands of the shell, in alphabetical order. */
final class Verbs {
    private static final List<Verb> ALL = List.of(
            new Verb(
                    "addWatch",
                    "[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE]"
                            + " - default is PERSISTENT_RECURSIVE",
                    Grammar.of("", "m", 1, 1),
                    WatchVerbs::add),
            new Verb("close", "", Grammar.operands(0, 0), (arguments, shell) -> shell.disconnect()),
            new Verb(
                    "connect",
                    "host:port",
                    Grammar.operands(0, 1),
                    (arguments, shell) -> arguments.operand(0).ifPresentOrElse(shell::connect, shell::reconnect)),
            new Verb(
                    "create",
                    "[-s] [-e] [-c] [-t ttl] path [data] [acl]",
                    lines(
                            " -c         Container: vanishes some time after its last child",
                            " -e         Ephemeral: vanishes with the session",
                            " -s         Sequential: gets a number appended to its name",
                            " -t <arg>   Time to live in milliseconds"),
                    Grammar.of("sec", "t", 1, 3),
                    CreateVerb::run),
            new Verb(
                    "delete",
                    "[-v version] path",
                    lines(" -v <arg>   Delete with an expected version"),
                    Grammar.of("", "v", 1, 1),
                    DeleteVerbs::delete),
            new Verb("deleteall", "path", Grammar.operands(1, 1), DeleteVerbs::deleteAll),
            new Verb(
                    "get",
                    "[-s] [-w] [-b] [-x] path",
                    lines(
                            " -b   Output data in base64 format",
                            " -s   Print znode stats additionally",
                            " -w   Watch for changes on the znode",
                            " -x   Output data in hexdump format"),
                    Grammar.of("swbx", "", 1, 1),
                    ReadVerbs::get),
            new Verb("getAcl", "[-s] path", Grammar.of("s", "", 1, 1), AclVerbs::get),
            new Verb("getAllChildrenNumber", "path", Grammar.operands(1, 1), ReadVerbs::countDescendants),
            new Verb("getEphemerals", "path", Grammar.operands(0, 1), ReadVerbs::ephemerals),
            new Verb("help", "[command]", Grammar.operands(0, 1), HelpVerb::run),
            new Verb("history", "", Grammar.operands(0, 0), (arguments, shell) -> shell.printHistory()),
            new Verb(
                    "ls",
                    "[-s] [-w] [-R] path",
                    lines(
                            " -R   List all descendants",
                            " -s   Print znode stats additionally",
                            " -w   Watch for changes of the list"),
                    Grammar.of("swR", "", 1, 1),
                    ListVerb::run),
            new Verb("quit", "", Grammar.operands(0, 0), (arguments, shell) -> shell.quit()),
            new Verb("removewatches", "path [-c|-d|-a]", Grammar.of("cda", "", 1, 1), WatchVerbs::remove),
            new Verb(
                    "set",
                    "path data [-s] [-v version] [-b]",
                    lines(
                            " -b         Supply data in base64 format",
                            " -s         Print znode stats additionally",
                            " -v <arg>   Set with an expected version"),
                    Grammar.of("sb", "v", 2, 2),
                    SetVerb::run),
            new Verb("setAcl", "[-s] [-v version] path acl", Grammar.of("s", "v", 2, 2), AclVerbs::set),
            new Verb(
                    "stat",
                    "[-w] path",
                    lines(" -w   Watch for changes on the znode"),
                    Grammar.of("w", "", 1, 1),
                    ReadVerbs::stat),
            new Verb("sync", "path", Grammar.operands(1, 1), ReadVerbs::sync),
            new Verb("whoami", "", Grammar.operands(0, 0), ReadVerbs::whoAmI));

    private Verbs() {}

    static List<Verb> all() {
        return ALL;
    }

    static Optional<Verb> find(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** Returns the names a user may have meant. */
    static List<String> similarTo(String name) {
        return DidYouMean.among(ALL.stream().map(Verb::name).toList(), name);
    }

    private static String lines(String... lines) {
        return String.join(System.lineSeparator(), lines);
    }
}
