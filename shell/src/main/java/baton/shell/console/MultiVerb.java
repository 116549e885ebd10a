package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code multi { create /a x ; set /b y ; check /c -v 3 ; delete /d }}: all of it happens at once, or nothing. */
final class MultiVerb {
    private static final String YES = "--yes";
    private static final String DRY_RUN = "--dry-run";
    private static final Set<String> OPTIONS = Set.of(YES, DRY_RUN);
    private static final Grammar CHECK = Grammar.of("", "v", 1, 2);

    private MultiVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        List<String> words = arguments.operands();
        int options = 0;
        while (options < words.size() && OPTIONS.contains(words.get(options))) {
            options++;
        }
        Set<String> given = Set.copyOf(words.subList(0, options));
        List<List<String>> commands = commands(words.subList(options, words.size()));
        if (commands.stream().filter(each -> each.contains("--stdin")).count() > 1) {
            throw new WrongUsageException("--stdin: one command only can have what comes from standard input");
        }
        List<Request.MultiOp> ops = new ArrayList<>();
        for (List<String> command : commands) {
            ops.add(op(command, arguments.directory(), shell));
        }
        if (given.contains(DRY_RUN)) {
            rehearse(ops, commands, shell);
            return;
        }
        if (!given.contains(YES) && ops.stream().anyMatch(MultiVerb::changesWhatIsThere)) {
            shell.consent().confirmIfCareful("set or delete nodes", arguments);
        }
        Response.Multi answer = (Response.Multi) shell.ask("/", new Request.Multi(ops));

        int refused = refused(answer.results());
        if (refused >= 0) {
            ErrorCode code = codeOf(answer.results().get(refused));
            throw numbered(new RefusedException(code, ops.get(refused).path()), refused, commands);
        }
        for (int i = 0; i < ops.size(); i++) {
            shell.print(done(ops.get(i), ((MultiResult.Done) answer.results().get(i)).response()));
        }
    }

    private static void rehearse(List<Request.MultiOp> ops, List<List<String>> commands, ZnodeShell shell)
            throws InterruptedException {
        DryRun run = new DryRun(shell);
        List<Result> results = new ArrayList<>();
        for (Request.MultiOp op : ops) {
            try {
                results.add(run.of(op));
            } catch (RefusedException refused) {
                throw numbered(refused, results.size(), commands);
            }
        }
        results.forEach(shell::print);
    }

    private static RefusedException numbered(RefusedException why, int index, List<List<String>> commands) {
        return why.noting(" (number " + (index + 1) + " of " + commands.size() + ", '"
                + String.join(" ", commands.get(index)) + "'; nothing was changed)");
    }

    private static boolean changesWhatIsThere(Request.MultiOp op) {
        return op instanceof Request.SetData || op instanceof Request.Delete;
    }

    /** Takes the braces off, and the words apart at each semicolon that stands alone. */
    private static List<List<String>> commands(List<String> words) {
        boolean braced = words.size() > 1
                && words.get(0).equals("{")
                && words.get(words.size() - 1).equals("}");
        List<List<String>> commands = new ArrayList<>();
        List<String> command = new ArrayList<>();
        for (String word : braced ? words.subList(1, words.size() - 1) : words) {
            if (word.equals(";")) {
                commands.add(command);
                command = new ArrayList<>();
            } else {
                command.add(word);
            }
        }
        commands.add(command);
        commands.removeIf(List::isEmpty);
        if (commands.isEmpty()) {
            throw new WrongUsageException("there is nothing to do between the braces");
        }
        return commands;
    }

    private static Request.MultiOp op(List<String> words, Directory directory, ZnodeShell shell) {
        String name = words.get(0);
        List<String> rest = words.subList(1, words.size());
        try {
            return switch (name) {
                case "create" -> CreateVerb.request(parsed(name, rest, directory), shell);
                case "set" -> SetVerb.request(parsed(name, rest, directory), shell);
                case "delete", "rm" -> DeleteVerbs.request(parsed("delete", rest, directory));
                case "check" -> check(CHECK.parse(rest, directory));
                default ->
                    throw new WrongUsageException("must be create, set, delete or check, with ' ; ' between them");
            };
        } catch (WrongUsageException wrong) {
            throw new WrongUsageException("'" + String.join(" ", words) + "': " + wrong.getMessage());
        }
    }

    private static Arguments parsed(String name, List<String> words, Directory directory) {
        Arguments arguments = Verbs.find(name).orElseThrow().grammar().parse(words, directory);
        if (arguments.has("dry-run")) {
            throw new WrongUsageException("--dry-run: stands behind multi, and is for all of it");
        }
        return arguments;
    }

    private static Request.Check check(Arguments arguments) {
        int version = arguments.operand(1).isPresent()
                ? new Arguments(Map.of("v", arguments.operands().get(1)), List.of()).version()
                : arguments.version();
        return new Request.Check(arguments.path(), version);
    }

    private static Result done(Request.MultiOp op, Response response) {
        if (op instanceof Request.Creation) {
            String path = CreateVerb.pathOf(response);
            return Result.of("Created " + path).with("created", path);
        }
        String path = op.path();
        if (op instanceof Request.SetData) {
            int version = ((Response.StatOnly) response).stat().version();
            return Result.of("Set " + path + " to version " + version)
                    .with("set", path)
                    .with("version", version);
        }
        return op instanceof Request.Delete
                ? Result.of("Deleted " + path).with("deleted", path)
                : Result.of("Checked " + path).with("checked", path);
    }

    /** The first that was refused for a reason of its own; -1 if none was. */
    static int refused(List<MultiResult> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof MultiResult.Failed failed && failed.error() != 0) {
                return i;
            }
        }
        return -1;
    }

    /** Why it was refused. */
    static ErrorCode codeOf(MultiResult refused) {
        ErrorCode code = ((MultiResult.Failed) refused).errorCode();
        return code == null ? ErrorCode.SYSTEM_ERROR : code;
    }
}
