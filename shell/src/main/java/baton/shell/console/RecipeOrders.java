package baton.shell.console;

import baton.core.Listing;
import baton.core.NodePath;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.Revoker;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.ConfigVersion;
import baton.recipes.config.FilesCodec;
import baton.recipes.latch.Participant;
import baton.recipes.lock.LockTicket;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.TaskId;
import baton.recipes.survey.Layout;
import baton.recipes.survey.Survey;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * What operators order: {@code locks revoke|force}, {@code leaders relinquish}, {@code tasks retry|purge|cancel} and
 * {@code config history|rollback}. All of it but the history is confirmed first; a script says {@code --yes}.
 */
final class RecipeOrders {
    private static final String AUTHOR = "shell";
    private static final String REASON = "asked for by an operator";

    private final Arguments arguments;
    private final ZnodeShell shell;

    private RecipeOrders(Arguments arguments, ZnodeShell shell) {
        this.arguments = arguments;
        this.shell = shell;
    }

    static void locks(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        switch (arguments.operand(0).orElse("")) {
            case "revoke" -> new RecipeOrders(arguments, shell).revokeLock();
            case "force" -> new RecipeOrders(arguments, shell).forceLock();
            default -> RecipeVerbs.locks(arguments.requireAtMost(1), shell);
        }
    }

    static void leaders(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        if (arguments.operand(0).orElse("").equals("relinquish")) {
            new RecipeOrders(arguments, shell).relinquish();
        } else {
            RecipeVerbs.leaders(arguments.requireAtMost(1), shell);
        }
    }

    static void tasks(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        RecipeOrders orders = new RecipeOrders(arguments, shell);
        switch (arguments.operand(0).orElse("")) {
            case "retry" ->
                orders.task(
                        "retry",
                        "was put back to wait",
                        "among the dead",
                        (queue, id) -> queue.dead().retry(id));
            case "purge" ->
                orders.task(
                        "purge",
                        "is gone",
                        "among the dead",
                        (queue, id) -> queue.dead().purge(id));
            case "cancel" ->
                orders.task(
                        "cancel",
                        "is cancelled, or asked to stop",
                        "alive",
                        (queue, id) -> queue.submitter().attach(id).cancel());
            default -> RecipeVerbs.tasks(arguments.requireAtMost(1), shell);
        }
    }

    static void config(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        RecipeOrders orders = new RecipeOrders(arguments, shell);
        switch (arguments.operand(0).orElse("")) {
            case "" -> EnsembleVerbs.config(arguments, shell);
            case "history" -> orders.history();
            case "rollback" -> orders.rollback();
            default -> throw new WrongUsageException(arguments.operands().get(0) + ": must be history or rollback");
        }
    }

    /** Returns whether it is to be done, having asked; a rehearsal only says what. */
    private boolean isOrdered(String deed) {
        if (arguments.has("dry-run")) {
            shell.print(Result.of("would " + deed).with("would", deed));
            return false;
        }
        if (!arguments.has("yes")) {
            shell.consent().confirm(deed, Consent.Unasked.NEEDS_YES);
        }
        return true;
    }

    private void revokeLock() throws InterruptedException {
        String reason = arguments.operand(2).orElse(REASON);
        Map<String, String> holders =
                holders(arguments.givenPath(1), (layout, ticket) -> requireOurs(layout, ticket, "'locks force'"));
        if (!isOrdered("ask " + String.join(", ", holders.values()) + " to let go")) {
            return;
        }
        for (Map.Entry<String, String> each : holders.entrySet()) {
            ask(each.getKey(), each.getValue(), reason, "'locks force' takes it away");
        }
    }

    private void forceLock() throws InterruptedException {
        Map<String, String> holders = holders(arguments.givenPath(1), (layout, ticket) -> {});
        if (!isOrdered("take it away from " + String.join(", ", holders.values()))) {
            return;
        }
        for (Map.Entry<String, String> each : holders.entrySet()) {
            take(each.getKey(), each.getValue());
        }
    }

    private void relinquish() throws InterruptedException {
        NodePath election = NodePath.of(arguments.givenPath(1));
        boolean force = arguments.has("force");
        List<Participant> leaders = new ArrayList<>();
        shell.connection()
                .store()
                .use(client -> new Survey(client)
                        .leaders(
                                election,
                                sight -> sight.what().stream()
                                        .filter(each ->
                                                each.isLeader() && sight.path().equals(election))
                                        .peek(each -> {
                                            if (!force) {
                                                requireOurs(sight.layout(), each.path(), "--force");
                                            }
                                        })
                                        .forEach(leaders::add)));
        if (leaders.isEmpty()) {
            throw new CommandRefusedException("NoLeader", election.toString(), "nobody leads at " + election);
        }
        Participant leader = leaders.get(0);
        String deed = force
                ? "take the leadership of " + election + " away from " + leader.id()
                : "ask " + leader.id() + " to let go of the leadership of " + election;
        if (!isOrdered(deed)) {
            return;
        }
        if (force) {
            take(leader.path().toString(), leader.id());
        } else {
            ask(leader.path().toString(), leader.id(), REASON, "--force takes it away");
        }
    }

    /**
     * Tickets and who has them: that at a path, or those who hold the lock at it.
     *
     * @param requirement refuses those about which this cannot be ordered
     */
    private Map<String, String> holders(String path, BiConsumer<Layout, NodePath> requirement)
            throws InterruptedException {
        Map<String, String> holders = new LinkedHashMap<>();
        NodePath lock = NodePath.of(path);
        shell.connection()
                .store()
                .use(client -> new Survey(client)
                        .locks(
                                lock,
                                sight -> sight.what().stream()
                                        .filter(ticket -> ticket.isHolder()
                                                && sight.path().equals(lock))
                                        .peek(ticket -> requirement.accept(sight.layout(), ticket.path()))
                                        .forEach(ticket ->
                                                holders.put(ticket.path().toString(), nameOf(ticket)))));
        if (holders.isEmpty()) {
            holders.put(path, path);
        }
        return holders;
    }

    /** Whoever is asked must be able to hear it. */
    private static void requireOurs(Layout layout, NodePath ticket, String otherwise) {
        if (layout != Layout.OURS) {
            throw new CommandRefusedException(
                    "Foreign",
                    ticket.toString(),
                    ticket + " is a ticket of " + layout.library() + ": nobody there listens to such requests; "
                            + otherwise + " takes it away");
        }
    }

    private static String nameOf(LockTicket ticket) {
        return ticket.owner()
                .map(owner -> owner.clientId())
                .orElse(ticket.path().toString());
    }

    /** What is asked for, is asked for only: its owner has to listen. */
    private void ask(String ticket, String who, String reason, String otherwise) throws InterruptedException {
        boolean asked = order(ticket, client -> Revoker.attemptRevoke(client, ticket, reason));
        report(
                asked,
                ticket,
                "Asked " + who + " to let go: it will if it listens to that (makeRevocable); " + otherwise);
    }

    private void take(String ticket, String who) throws InterruptedException {
        boolean taken = order(ticket, client -> Revoker.forceRevoke(client, ticket));
        report(taken, ticket, "Took it away from " + who + ": what it still does only the fencing token keeps out");
    }

    private void report(boolean done, String ticket, String text) {
        if (!done) {
            throw new CommandRefusedException("NoNode", ticket, "there is no ticket " + ticket + " any more");
        }
        shell.print(Result.of(text).with("ticket", ticket));
    }

    /** An order about a path. */
    private interface Order {
        CompletionStage<Boolean> to(CoordinationClient client);
    }

    private boolean order(String path, Order order) throws InterruptedException {
        shell.consent().requireWritable(path);
        return shell.connection().store().use(client -> Store.awaited(order.to(client)));
    }

    /** What is done with a task of a queue. */
    private interface TaskOrder {
        CompletionStage<Boolean> to(MasterWorkerQueue<byte[], byte[]> queue, TaskId task);
    }

    private void task(String verb, String done, String where, TaskOrder order) throws InterruptedException {
        String queue = arguments.givenPath(1);
        TaskId task = new TaskId(arguments
                .operand(2)
                .orElseThrow(() -> new WrongUsageException("tasks " + verb + " queue task: a task is missing")));
        if (!isOrdered(verb + " " + task + " of " + queue)) {
            return;
        }
        boolean changed = order(queue, client -> order.to(opened(client, queue), task));
        if (!changed) {
            throw new CommandRefusedException("NoTask", queue, "there is no " + task + " " + where + " in " + queue);
        }
        shell.print(Result.of(task + " " + done).with("queue", queue).with("task", task.name()));
    }

    /** Ends with its client. */
    private static MasterWorkerQueue<byte[], byte[]> opened(CoordinationClient client, String queue) {
        return MasterWorkerQueue.builder(client, queue, Codec.bytes(), Codec.bytes())
                .masterCandidate(false)
                .build();
    }

    private void history() throws InterruptedException {
        String path = arguments.givenPath(1);
        List<ConfigVersion> versions = history(path);
        if (versions.isEmpty()) {
            shell.output().note("there are no versions of a configuration at " + path);
        }
        for (ConfigVersion version : versions) {
            String comment = version.comment().isEmpty() ? "" : "  " + version.comment();
            shell.print(Result.of(version.name() + "  " + version.published().truncatedTo(ChronoUnit.SECONDS) + "  "
                            + version.author() + comment)
                    .with("path", path)
                    .with("version", version.name())
                    .with("published", version.published().toString())
                    .with("author", version.author())
                    .with("comment", version.comment())
                    .with("previous", version.previous()));
        }
    }

    private List<ConfigVersion> history(String path) throws InterruptedException {
        boolean files = isOfFiles(path);
        return shell.connection()
                .store()
                .use(client -> Store.awaited(publisher(client, path, files).history()));
    }

    private void rollback() throws InterruptedException {
        String path = arguments.givenPath(1);
        String name = arguments
                .operand(2)
                .orElseThrow(() -> new WrongUsageException("config rollback path version: a version is missing"));
        ConfigVersion to = history(path).stream()
                .filter(version -> version.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandRefusedException(
                        "NoVersion",
                        path,
                        "there is no version " + name + " at " + path + ": 'config history' lists them"));
        if (!isOrdered("publish the value of " + name + " at " + path + " again")) {
            return;
        }
        shell.consent().requireWritable(path);
        boolean files = isOfFiles(path);
        ConfigVersion published = shell.connection()
                .store()
                .use(client -> Store.awaited(publisher(client, path, files).rollback(to, AUTHOR)));
        shell.print(Result.of("Published " + published.name() + ", with the value of " + name)
                .with("path", path)
                .with("version", published.name()));
    }

    /** Versions of one value are numbered by the store; those of several files, which need many nodes, are not. */
    private boolean isOfFiles(String path) throws InterruptedException {
        List<Listing.Entry> versions = shell.connection()
                .store()
                .list(NodePath.of(path).child("versions"))
                .entries();
        return !versions.isEmpty()
                && versions.stream().allMatch(entry -> entry.place().isEmpty());
    }

    private static ConfigPublisher<?> publisher(CoordinationClient client, String path, boolean files) {
        return files
                ? ConfigPublisher.files(client, path, FilesCodec.plain()).build()
                : ConfigPublisher.builder(client, path, Codec.bytes())
                        .versioned()
                        .build();
    }
}
