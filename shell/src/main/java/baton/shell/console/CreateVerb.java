package baton.shell.console;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code create}: makes a node; without data it has none, which is not the same as empty data. */
final class CreateVerb {
    private CreateVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        CreateMode mode = mode(arguments);
        String path = path(mode, arguments);

        Request.MultiOp request = request(mode, path, arguments, shell);
        if (arguments.has("dry-run")) {
            rehearse(path, request, arguments, shell);
            return;
        }
        Response created =
                arguments.has("parents") ? createdBelowParents(shell, path, request) : created(shell, path, request);

        shell.print(Result.of("Created " + pathOf(created)).with("created", pathOf(created)));
    }

    private static void rehearse(String path, Request.MultiOp request, Arguments arguments, ZnodeShell shell)
            throws InterruptedException {
        DryRun run = new DryRun(shell);
        List<Result> parents = arguments.has("parents") ? run.missingAbove(path) : List.of();
        Result created = run.of(request);
        parents.forEach(shell::print);
        shell.print(created);
    }

    /** The same in a transaction, in which parents have to be named like all else. */
    static Request.MultiOp request(Arguments arguments, ZnodeShell shell) {
        refuseIf(arguments.has("parents"), "--parents: in a transaction each node is to be named");
        CreateMode mode = mode(arguments);
        return request(mode, path(mode, arguments), arguments, shell);
    }

    private static String path(CreateMode mode, Arguments arguments) {
        return mode.isSequential() ? arguments.sequentialPath() : arguments.path();
    }

    private static Request.MultiOp request(CreateMode mode, String path, Arguments arguments, ZnodeShell shell) {
        DataArgument source = new DataArgument(arguments, shell);
        Bytes content = source.read(1).orElse(null);
        List<Acl> acl = arguments
                .operand(source.isElsewhere() ? 1 : 2)
                .map(AclText::parse)
                .orElse(Acl.OPEN);
        return request(mode, path, content, acl, arguments);
    }

    private static CreateMode mode(Arguments arguments) {
        boolean sequential = arguments.has("s");
        boolean ephemeral = arguments.has("e");
        if (arguments.has("c")) {
            refuseIf(
                    sequential || ephemeral,
                    "-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.");
            refuseIf(arguments.has("t"), "TTLs cannot be used with Container znodes");
            return CreateMode.CONTAINER;
        }
        if (arguments.has("t")) {
            refuseIf(ephemeral, "TTLs cannot be used with Ephemeral znodes");
            return sequential ? CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL : CreateMode.PERSISTENT_WITH_TTL;
        }
        if (ephemeral) {
            return sequential ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.EPHEMERAL;
        }
        return sequential ? CreateMode.PERSISTENT_SEQUENTIAL : CreateMode.PERSISTENT;
    }

    private static void refuseIf(boolean wrong, String why) {
        if (wrong) {
            throw new WrongUsageException(why);
        }
    }

    /** Plain modes use the oldest of the operations, which every server knows. */
    private static Request.MultiOp request(
            CreateMode mode, String path, @Nullable Bytes content, List<Acl> acl, Arguments arguments) {
        if (mode.isTtl()) {
            String ttl = arguments.value("t").orElseThrow();
            return new Request.CreateTtl(path, content, acl, mode.flags(), ttlMillis(ttl));
        }
        OpCode opCode = mode.isContainer() ? OpCode.CREATE_CONTAINER : OpCode.CREATE;
        return new Request.Create(opCode, path, content, acl, mode.flags());
    }

    private static long ttlMillis(String text) {
        long ttlMillis;
        try {
            ttlMillis = Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw new WrongUsageException("-t argument must be a long value");
        }
        refuseIf(
                ttlMillis < 1 || ttlMillis > CreateMode.TTL_MILLIS_MAX,
                "ttl must be positive and cannot be larger than: " + CreateMode.TTL_MILLIS_MAX);
        return ttlMillis;
    }

    /** Apache's shell says the two refusals that surprise most in words of its own first. */
    private static Response created(ZnodeShell shell, String path, Request request) throws InterruptedException {
        try {
            return shell.ask(path, request);
        } catch (RefusedException refused) {
            if (!shell.output().isJson() && refused.code() == ErrorCode.INVALID_ACL) {
                shell.output().note(RefusalText.plain(refused.code(), path));
            } else if (!shell.output().isJson() && refused.code() == ErrorCode.EPHEMERAL_ON_LOCAL_SESSION) {
                shell.output().note("Unable to create ephemeral node on a local session");
            }
            throw refused;
        }
    }

    /** Parents are made if they turn out to be missing: plain ones without data, open to all. */
    private static Response createdBelowParents(ZnodeShell shell, String path, Request request)
            throws InterruptedException {
        try {
            return created(shell, path, request);
        } catch (RefusedException refused) {
            int slash = path.lastIndexOf('/');
            if (refused.code() != ErrorCode.NO_NODE || slash < 1) {
                throw refused;
            }
            ensure(shell, path.substring(0, slash));
            return created(shell, path, request);
        }
    }

    private static void ensure(ZnodeShell shell, String directory) throws InterruptedException {
        try {
            createdBelowParents(shell, directory, new Request.Create(directory, null, Acl.OPEN, CreateMode.PERSISTENT));
        } catch (RefusedException refused) {
            if (refused.code() != ErrorCode.NODE_EXISTS) {
                throw refused;
            }
        }
    }

    static String pathOf(Response created) {
        return created instanceof Response.CreatedWithStat withStat
                ? withStat.path()
                : ((Response.Created) created).path();
    }
}
