package baton.shell.console;

import baton.shell.exit.DidYouMean;
import java.util.List;
import java.util.Optional;

/** All commands of the shell, in alphabetical order. */
final class Verbs {
    private static final String CAREFUL = " --yes   Under a careful profile: do it";
    private static final String CAREFUL_BELOW = " --yes       Under a careful profile: do it";
    private static final String DRY_RUN = " --dry-run   Say what would be done";

    private static final List<Verb> ALL = List.of(
            new Verb(
                    "addWatch",
                    "[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE]"
                            + " - default is PERSISTENT_RECURSIVE",
                    Grammar.of("", "m", 1, 1),
                    WatchVerbs::add),
            new Verb(
                    "addauth",
                    "scheme auth",
                    lines(
                            " --file <arg>   Take it from a file, where nobody else reads it",
                            " --stdin        Take it from standard input"),
                    Grammar.operands(1, 2).withWords("--file=", "--stdin"),
                    SessionVerbs::addAuth),
            new Verb(
                    "barriers",
                    "[path]",
                    lines(
                            " Who waits at double barriers; of a simple one, which has to be named, whether it is closed"),
                    Grammar.operands(0, 1),
                    RecipeVerbs::barriers),
            new Verb("cd", "[path]", Grammar.operands(0, 1), DirectoryVerbs::change),
            new Verb("close", "", Grammar.operands(0, 0), SessionVerbs::close),
            new Verb(
                    "config",
                    "[-c] [-w] [-s]",
                    lines(
                            " -- config history path            Versions of a configuration, the newest first",
                            " -- config rollback path version   Publishes the value of a version again",
                            " --dry-run                         Say what would be published",
                            " --yes                             Do not ask"),
                    Grammar.of("cws", "", 0, 3).withWords("--yes", "--dry-run"),
                    RecipeOrders::config),
            new Verb("connect", "host:port", Grammar.operands(0, 1), SessionVerbs::connect),
            new Verb(
                    "cp",
                    "[-r] source target",
                    lines(
                            " -r             All that is below it, too",
                            " --dry-run      Say what would be copied",
                            " --ephemerals   Make ephemerals too, of this session",
                            " --keep         Leave nodes that are there as they are",
                            " --overwrite    Replace data and rights of nodes that are there",
                            " --yes          Do not ask, however many there are",
                            " The source may be at another ensemble: zk://host:port,.../path"),
                    Grammar.of("r", "", 2, 2).withWords("--overwrite", "--keep", "--ephemerals", "--yes", "--dry-run"),
                    CopyVerb::run),
            new Verb(
                    "create",
                    "[-s] [-e] [-c] [-t ttl] path [data] [acl]",
                    lines(
                            " -c             Container: vanishes some time after its last child",
                            " -e             Ephemeral: vanishes with the session",
                            " -s             Sequential: gets a number appended to its name",
                            " -t <arg>       Time to live in milliseconds",
                            " --base64       The data is in base64 format",
                            " --dry-run      Say whether it would be created",
                            " --file <arg>   Take the bytes of a file instead of data",
                            " --parents      Make the nodes above it, too, if they are missing",
                            " --stdin        Take what comes from standard input instead of data"),
                    Grammar.of("sec", "t", 1, 3).withWords("--file=", "--stdin", "--base64", "--parents", "--dry-run"),
                    CreateVerb::run),
            new Verb(
                    "delete",
                    "[-v version] path",
                    lines(
                            " -v <arg>    Delete with an expected version",
                            " --dry-run   Say whether it would be deleted",
                            " --yes       Do not ask"),
                    Grammar.of("", "v", 1, 2).withWords("--yes", "--dry-run"),
                    DeleteVerbs::delete),
            new Verb(
                    "deleteall",
                    "path [-b batch size]",
                    lines(
                            " -b <arg>    Nodes in one transaction, 1000 unless said otherwise; 0 for one by one",
                            " --dry-run   Say what would be deleted",
                            " --yes       Do not ask, however many there are"),
                    Grammar.of("", "b", 1, 1).withWords("--yes", "--dry-run"),
                    DeleteVerbs::deleteAll),
            new Verb(
                    "delquota",
                    "[-n|-b|-N|-B] path",
                    lines(DRY_RUN, CAREFUL_BELOW),
                    Grammar.of("nbNB", "", 1, 1).withWords("--yes", "--dry-run"),
                    QuotaVerbs::delete),
            new Verb(
                    "diff",
                    "path path",
                    lines(
                            " One side or both may be elsewhere: zk://host:port,.../path at another ensemble,",
                            " file:name in an exported file. Fails if there is a difference"),
                    Grammar.operands(2, 2),
                    DiffVerb::run),
            new Verb(
                    "du",
                    "[-d depth] [path]",
                    lines(" -d <arg>   Show what is down to so many levels below, 1 unless said otherwise"),
                    Grammar.of("", "d", 0, 1),
                    UsageVerb::run),
            new Verb(
                    "edit",
                    "path",
                    lines(
                            " --dry-run   Say whether it could be edited",
                            CAREFUL_BELOW,
                            " Opens the data in $VISUAL or $EDITOR"),
                    Grammar.operands(1, 1).withWords("--yes", "--dry-run"),
                    EditVerb::run),
            new Verb("exit", "", Grammar.operands(0, 0), (arguments, shell) -> shell.quit()),
            new Verb(
                    "export",
                    "path file",
                    lines(" A line of JSON for each node; - for the file prints them"),
                    Grammar.operands(2, 2),
                    ExportVerb::run),
            new Verb(
                    "find",
                    "[path] [-name glob] [-regex regex] [-size [+|-]n] [-mtime [+|-]n] [-owner session] [-ephemeral]"
                            + " [-acl glob]",
                    lines(
                            " -acl <arg>     Somebody has rights, such as 'world:*' or 'digest:bob:*:*w*'",
                            " -ephemeral     Ephemerals only",
                            " -mtime <arg>   Written longer (+) or less (-) ago than n s, m, h or d",
                            " -name <arg>    The name fits the pattern, such as 'task-*'",
                            " -owner <arg>   Ephemerals of the session",
                            " -regex <arg>   The whole path fits the regular expression",
                            " -size <arg>    More (+) or fewer (-) bytes of data than n, n k or n m"),
                    Grammar.operands(0, 1)
                            .withWords("-name=", "-regex=", "-size=", "-mtime=", "-owner=", "-ephemeral", "-acl="),
                    FindVerb::run),
            new Verb(
                    "get",
                    "[-s] [-w] [-b] [-x] path",
                    lines(
                            " -b         Output data in base64 format",
                            " -o <arg>   Output data as raw, base64, hex, json or pretty",
                            " -s         Print znode stats additionally",
                            " -w         Watch for changes on the znode",
                            " -x         Output data in hexdump format",
                            " --raw      Output the bytes as they are, as one get alone does into a file or pipe"),
                    Grammar.of("swbx", "o", 1, 2).withWords("--raw").orHere(),
                    ReadVerbs::get),
            new Verb("getAcl", "[-s] path", Grammar.of("s", "", 1, 1).orHere(), AclVerbs::get),
            new Verb("getAllChildrenNumber", "path", Grammar.operands(1, 1), ReadVerbs::countDescendants),
            new Verb("getEphemerals", "path", Grammar.operands(0, 1), ReadVerbs::ephemerals),
            new Verb(
                    "grep",
                    "[-i] [-l] regex [path]",
                    lines(" -i   Letters fit whether small or capital", " -l   Print paths only"),
                    Grammar.of("il", "", 1, 2),
                    GrepVerb::run),
            new Verb("help", "[command]", Grammar.operands(0, 1), SessionVerbs::help),
            new Verb("history", "", Grammar.operands(0, 0), (arguments, shell) -> shell.printHistory()),
            new Verb(
                    "import",
                    "file [path]",
                    lines(
                            " --dry-run      Read the file, change nothing",
                            " --ephemerals   Make ephemerals too, of this session",
                            " --keep         Leave nodes that are there as they are",
                            " --overwrite    Replace data and rights of nodes that are there",
                            " --yes          Do not ask, however many there are"),
                    Grammar.operands(1, 2).withWords("--overwrite", "--keep", "--ephemerals", "--yes", "--dry-run"),
                    ImportVerb::run),
            new Verb(
                    "leaders",
                    "[path]",
                    lines(
                            " -- leaders relinquish path   Asks the leader to let go",
                            " --force                      Takes the leadership away",
                            " --dry-run                    Say who would be asked",
                            " --yes                        Do not ask"),
                    Grammar.operands(0, 2).withWords("--force", "--yes", "--dry-run"),
                    RecipeOrders::leaders),
            new Verb("listquota", "path", Grammar.operands(1, 1), QuotaVerbs::list),
            new Verb(
                    "locks",
                    "[path]",
                    lines(
                            " -- locks revoke path [reason]   Asks who holds a lock, or has a ticket, to let go",
                            " -- locks force path             Takes it away",
                            " --dry-run                       Say who would be asked",
                            " --yes                           Do not ask"),
                    Grammar.operands(0, 3).withWords("--yes", "--dry-run"),
                    RecipeOrders::locks),
            new Verb(
                    "ls",
                    "[-s] [-w] [-R] path",
                    lines(
                            " -R   List all descendants",
                            " -s   Print znode stats additionally",
                            " -w   Watch for changes of the list"),
                    Grammar.of("swR", "", 1, 2).orHere(),
                    ListVerb::run),
            new Verb("members", "[path]", Grammar.operands(0, 1), RecipeVerbs::members),
            new Verb(
                    "multi",
                    "[--dry-run] [--yes] { create|set|delete|check ... ; ... }",
                    lines(
                            " All of it happens at once, or nothing. A semicolon stands alone; check [-v version] path",
                            " fails if the node is not there, or has another version",
                            DRY_RUN,
                            CAREFUL_BELOW),
                    Grammar.allWords(),
                    MultiVerb::run),
            new Verb(
                    "mv",
                    "source target",
                    lines(
                            " --dry-run   Say what would be moved",
                            " --resume    Go on where the same was stopped: copies like their nodes are left as they are",
                            " --yes       Do not ask, however many there are",
                            " At once if that fits into one transaction; else copied first and then deleted"),
                    Grammar.operands(2, 2).withWords("--yes", "--dry-run", "--resume"),
                    MoveVerb::run),
            new Verb("printwatches", "on|off", Grammar.operands(0, 1), SessionVerbs::printWatches),
            new Verb("pwd", "", Grammar.operands(0, 0), DirectoryVerbs::print),
            new Verb("queues", "[path]", Grammar.operands(0, 1), RecipeVerbs::queues),
            new Verb("quit", "", Grammar.operands(0, 0), (arguments, shell) -> shell.quit()),
            new Verb(
                    "reconfig",
                    "[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]]"
                            + " | [-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]",
                    CAREFUL,
                    Grammar.of("s", "v", 0, 0).withWords("-file=", "-members=", "-add=", "-remove=", "--yes"),
                    EnsembleVerbs::reconfig),
            new Verb("redo", "cmdno", Grammar.operands(0, 1), (arguments, shell) -> {
                throw new WrongUsageException("Command index out of range");
            }),
            new Verb("removewatches", "path [-c|-d|-a] [-l]", Grammar.of("cdpral", "", 1, 1), WatchVerbs::remove),
            new Verb(
                    "rm",
                    "[-r] [-v version] path",
                    lines(
                            " -r          All that is below it, too",
                            " -v <arg>    Delete with an expected version",
                            " --dry-run   Say what would be deleted",
                            " --yes       Do not ask; in a script, more than ten nodes need it"),
                    Grammar.of("r", "v", 1, 1).withWords("--yes", "--dry-run"),
                    DeleteVerbs::remove),
            new Verb("services", "[path]", Grammar.operands(0, 1), RecipeVerbs::services),
            new Verb(
                    "set",
                    "path data [-s] [-v version] [-b]",
                    lines(
                            " -b             Supply data in base64 format",
                            " -s             Print znode stats additionally",
                            " -v <arg>       Set with an expected version",
                            " --base64       The same as -b",
                            " --dry-run      Say whether it would be set",
                            " --file <arg>   Take the bytes of a file instead of data",
                            " --stdin        Take what comes from standard input instead of data",
                            " --yes          Under a careful profile: do it"),
                    Grammar.of("sb", "v", 1, 2).withWords("--file=", "--stdin", "--base64", "--yes", "--dry-run"),
                    SetVerb::run),
            new Verb(
                    "setAcl",
                    "[-s] [-v version] [-R] path acl",
                    lines(
                            " -R          All that is below it, too",
                            " -s          Print znode stats additionally",
                            " -v <arg>    Set with an expected version",
                            " --dry-run   Say whose rights would change",
                            " --yes       Do not ask"),
                    Grammar.of("sR", "v", 2, 2).withWords("--yes", "--dry-run"),
                    AclVerbs::set),
            new Verb(
                    "setquota",
                    "-n|-b|-N|-B val path",
                    lines(DRY_RUN, CAREFUL_BELOW),
                    Grammar.of("", "nbNB", 1, 1).withWords("--yes", "--dry-run"),
                    QuotaVerbs::set),
            new Verb(
                    "stat",
                    "[-w] path",
                    lines(" -w   Watch for changes on the znode"),
                    Grammar.of("w", "", 1, 2).orHere(),
                    ReadVerbs::stat),
            new Verb("sync", "path", Grammar.operands(1, 1), ReadVerbs::sync),
            new Verb(
                    "tasks",
                    "[path]",
                    lines(
                            " -- tasks retry queue task    Puts one that failed for good back to wait",
                            " -- tasks purge queue task    Removes one that failed for good",
                            " -- tasks cancel queue task   Ends one that waits, asks one that runs to stop",
                            " --dry-run                    Say what would be done",
                            " --yes                        Do not ask"),
                    Grammar.operands(0, 3).withWords("--yes", "--dry-run"),
                    RecipeOrders::tasks),
            new Verb(
                    "top",
                    "[-d seconds] [-n rounds] [path]",
                    lines(
                            " -d <arg>   How long a round is, 2 seconds unless said otherwise",
                            " -n <arg>   End after so many rounds"),
                    Grammar.of("", "dn", 0, 1),
                    TopVerb::run),
            new Verb(
                    "tree",
                    "[-L depth] [-s] [path]",
                    lines(" -L <arg>   Go no deeper than this", " -s         Print sizes too"),
                    Grammar.of("s", "L", 0, 1),
                    TreeVerb::run),
            new Verb("version", "", Grammar.operands(0, 0), SessionVerbs::version),
            new Verb(
                    "watch",
                    "[-d] [-n count] [-R] path",
                    lines(
                            " -d         Print the new data too",
                            " -n <arg>   End after so many changes",
                            " -R         All that is below it, too: so it is without"),
                    Grammar.of("dR", "n", 1, 1),
                    FollowVerb::run),
            new Verb("whoami", "", Grammar.operands(0, 0), ReadVerbs::whoAmI),
            new Verb("workers", "[path]", Grammar.operands(0, 1), RecipeVerbs::workers));

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
