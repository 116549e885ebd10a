package baton.shell.console;

import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionId;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.recipes.OwnerInfo;
import baton.recipes.barrier.DistributedBarrier;
import baton.recipes.latch.Participant;
import baton.recipes.lock.LockTicket;
import baton.recipes.membership.Member;
import baton.recipes.queue.MasterView;
import baton.recipes.queue.TaskState;
import baton.recipes.queue.TaskView;
import baton.recipes.queue.WorkerLoad;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.survey.Backlog;
import baton.recipes.survey.Gathering;
import baton.recipes.survey.Sight;
import baton.recipes.survey.Survey;
import baton.shell.exit.ExitCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code locks}, {@code leaders}, {@code services}, {@code members}, {@code queues}, {@code workers}, {@code tasks} and
 * {@code barriers}: what recipes left in the store, in their own terms. Since when something is there is what its ticket
 * says, else when its node was made, where the server tells.
 */
final class RecipeVerbs {
    private static final int DATA_SHOWN_MAX = 60;
    private static final int TASKS_SHOWN_MAX = 1_000;

    private final ZnodeShell shell;
    private final Paint paint;

    private RecipeVerbs(ZnodeShell shell) {
        this.shell = shell;
        this.paint = shell.output().paint();
    }

    /** One of the walks of a survey. */
    private interface Walk<T> {
        Survey.Extent from(Survey survey, NodePath under, Consumer<Sight<T>> each) throws InterruptedException;
    }

    /** What walks came to: how many they found, and whether they saw everything. */
    record Seen(int count, Survey.Extent extent) {
        static final Seen NOTHING = new Seen(0, Survey.Extent.WHOLE);

        Seen and(Seen more) {
            return new Seen(count + more.count, extent.and(more.extent));
        }
    }

    /** How one recipe is shown. */
    private interface Shape<T> {
        Result of(RecipeVerbs verbs, Sight<T> sight);
    }

    static void locks(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        show("locks", arguments, shell, Survey::locks, RecipeVerbs::lock);
    }

    static void leaders(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        show("elections", arguments, shell, Survey::leaders, RecipeVerbs::election);
    }

    static void services(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        show("services", arguments, shell, Survey::services, RecipeVerbs::service);
    }

    static void members(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        show("groups", arguments, shell, Survey::members, RecipeVerbs::group);
    }

    static void queues(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        note(
                showAll(arguments, shell, Survey::queues, RecipeVerbs::queue)
                        .and(showAll(arguments, shell, Survey::backlogs, RecipeVerbs::items)),
                "queues",
                arguments,
                shell);
    }

    static void workers(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        show("queues", arguments, shell, Survey::queues, RecipeVerbs::crew);
    }

    /** Of each queue below a path. */
    static void tasks(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        show(
                "queues",
                arguments,
                shell,
                (survey, under, each) -> {
                    List<NodePath> queues = new ArrayList<>();
                    Survey.Extent extent = survey.queues(under, sight -> queues.add(sight.path()));
                    for (NodePath queue : queues) {
                        each.accept(new Sight<>(queue, survey.tasks(queue, TASKS_SHOWN_MAX)));
                    }
                    return extent;
                },
                RecipeVerbs::backlog);
    }

    /** Double barriers are found; a simple one is a node and nothing else, so it has to be named. */
    static void barriers(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        boolean named = arguments.operand(0).isPresent();
        Seen seen;
        try {
            seen = showAll(arguments, shell, Survey::gatherings, RecipeVerbs::gathering);
        } catch (CommandRefusedException refused) {
            if (!named
                    || refused.exitCode() != ExitCode.DENIED
                    || !arguments.path().equals(refused.path())) {
                throw refused;
            }
            // Before 3.9.2 ZooKeeper says to everybody whether a node is there, if not what is in it.
            seen = Seen.NOTHING;
        }
        if (seen.count() == 0 && named) {
            barrier(NodePath.of(arguments.path()), shell);
        } else {
            note(seen, "double barriers (a simple one has to be named)", arguments, shell);
        }
    }

    private static void barrier(NodePath path, ZnodeShell shell) throws InterruptedException {
        RecipeVerbs verbs = new RecipeVerbs(shell);
        OptionalLong generation =
                shell.connection().store().use(client -> new DistributedBarrier(client, path.toString()).generation());
        RecipeTable table = new RecipeTable(path, verbs.paint);
        table.row(generation.isPresent() ? "closed" : "open", generation.isEmpty())
                .since(generation.isPresent() ? verbs.madeAt(path) : Optional.empty())
                .text(
                        "generation",
                        "generation ",
                        generation.isPresent() ? Long.toString(generation.getAsLong()) : null);
        shell.print(table.result("barrier", "states"));
    }

    private static <T> void show(String what, Arguments arguments, ZnodeShell shell, Walk<T> walk, Shape<T> shape)
            throws InterruptedException {
        note(showAll(arguments, shell, walk, shape), what, arguments, shell);
    }

    /**
     * Says if there is less to see than was asked for.
     *
     * @throws CommandRefusedException if that is for want of rights, or of the place itself
     */
    static void note(Seen seen, String what, Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Survey.Extent extent = seen.extent();
        if (extent.cutShort()) {
            shell.output()
                    .note("stopped after " + Survey.DIRECTORIES_MAX + " directories: begin further down than "
                            + arguments.path());
        }
        if (extent.firstDenied().isPresent()) {
            String first = extent.firstDenied().get().toString();
            String others = extent.denied() == 1 ? "" : ", and " + (extent.denied() - 1) + " more";
            throw new CommandRefusedException(
                    ExitCode.DENIED,
                    "NoAuth",
                    first,
                    "Insufficient permission : " + first + " (left out" + others + ")");
        }
        if (seen.count() == 0 && !extent.cutShort()) {
            requirePlace(arguments.path(), shell);
            shell.output().note("no " + what + " below " + arguments.path());
        }
    }

    private static void requirePlace(String path, ZnodeShell shell) throws InterruptedException {
        if (shell.connection().store().find(NodePath.of(path)).isEmpty()) {
            ErrorCode code = ErrorCode.NO_NODE;
            throw new CommandRefusedException(RefusalText.nameOf(code), path, RefusalText.of(code, path));
        }
    }

    private static <T> Seen showAll(Arguments arguments, ZnodeShell shell, Walk<T> walk, Shape<T> shape)
            throws InterruptedException {
        NodePath under = NodePath.of(arguments.path());
        RecipeVerbs verbs = new RecipeVerbs(shell);
        AtomicInteger found = new AtomicInteger();
        Survey.Extent extent = shell.connection()
                .store()
                .use(client -> walk.from(new Survey(client), under, sight -> {
                    found.incrementAndGet();
                    shell.print(shape.of(verbs, sight));
                }));
        return new Seen(found.get(), extent);
    }

    private Result lock(Sight<List<LockTicket>> sight) {
        RecipeTable table = new RecipeTable(sight.path(), sight.layout(), paint);
        boolean semaphore = false;
        for (LockTicket ticket : sight.what()) {
            String kind = ticket.kind() == LockTicket.Kind.EXCLUSIVE
                    ? ""
                    : ticket.kind().name().toLowerCase(Locale.ROOT) + " ";
            semaphore |= ticket.kind() == LockTicket.Kind.LEASE;
            table.row(ticket.isHolder() ? "holds" : "waits", ticket.isHolder())
                    .text("who", kind, who(ticket.owner(), ticket.data()))
                    .since(since(ticket.owner(), ticket.path()))
                    .text("token", "token ", Long.toString(ticket.token().value()))
                    .text(
                            "session",
                            "session ",
                            ticket.session().map(SessionId::value).orElse(null))
                    .field("kind", ticket.kind().name().toLowerCase(Locale.ROOT))
                    .field("node", ticket.path().toString());
        }
        return table.result(semaphore ? "semaphore" : "lock", "tickets");
    }

    private Result election(Sight<List<Participant>> sight) {
        RecipeTable table = new RecipeTable(sight.path(), sight.layout(), paint);
        for (Participant participant : sight.what()) {
            table.row(participant.isLeader() ? "leads" : "waits", participant.isLeader())
                    .text("who", "", participant.id())
                    .text(
                            "on",
                            "on ",
                            participant.info().map(RecipeVerbs::process).orElse(null))
                    .since(since(participant.info(), participant.path()))
                    .text("token", "token ", Long.toString(participant.token().value()))
                    .text("ready", "", participant.isReady() ? "ready" : null)
                    .field("node", participant.path().toString());
        }
        return table.result("election", "participants");
    }

    private Result service(Sight<List<ServiceInstance<String>>> sight) {
        RecipeTable table = new RecipeTable(sight.path(), paint);
        for (ServiceInstance<String> instance : sight.what()) {
            String health = instance.enabled() ? instance.health().name().toLowerCase(Locale.ROOT) : "disabled";
            Optional<Instant> since = instance.registrationTimeUTC() == 0
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochMilli(instance.registrationTimeUTC()));
            table.row(health, health.equals("up"))
                    .text("id", "", instance.id())
                    .text("address", "", address(instance))
                    .text("sslPort", "tls ", tlsPort(instance))
                    .since(since)
                    .text("zone", "zone ", instance.zone().isEmpty() ? null : instance.zone())
                    .text("version", "version ", instance.version().isEmpty() ? null : instance.version())
                    .field("weight", instance.weight())
                    .field("payload", instance.payload().orElse(null));
        }
        return table.result("service", "instances");
    }

    private static String address(ServiceInstance<String> instance) {
        String port = instance.port().isPresent() ? ":" + instance.port().getAsInt() : "";
        return instance.address() + port;
    }

    private static @Nullable String tlsPort(ServiceInstance<String> instance) {
        return instance.sslPort().isPresent()
                ? Integer.toString(instance.sslPort().getAsInt())
                : null;
    }

    private Result group(Sight<List<Member>> sight) {
        RecipeTable table = new RecipeTable(sight.path(), paint);
        for (Member member : sight.what()) {
            table.row("member", true)
                    .text("id", "", member.id())
                    .since(since(OwnerInfo.parse(member.payload()), sight.path().child(member.id())))
                    .text("revision", "revision ", Long.toString(member.joinRevision()))
                    .text("session", "session ", member.session().value())
                    .text("says", "", shortened(member.payload()));
        }
        return table.result("group", "members");
    }

    private Result queue(Sight<MasterView> sight) {
        MasterView view = sight.what();
        RecipeTable table = new RecipeTable(sight.path(), paint);
        boolean led = !view.master().isEmpty();
        table.row(led ? "master" : "no master", led)
                .text("who", "", led ? view.master() : null)
                .since(led ? since(Optional.empty(), sight.path().child("master")) : Optional.empty())
                .text("pending", "pending ", Integer.toString(view.pending()))
                .text("assigned", "assigned ", Integer.toString(view.assigned()))
                .text("finished", "finished ", Integer.toString(view.finished()))
                .text("dead", "dead ", Integer.toString(view.dead()));
        addWorkers(table, sight);
        return table.result("queue", "participants");
    }

    private Result items(Sight<Backlog> sight) {
        Backlog backlog = sight.what();
        RecipeTable table = new RecipeTable(sight.path(), paint);
        table.row("items", true)
                .text("pending", "pending ", Integer.toString(backlog.items()))
                .since(madeAt(backlog.next()))
                .field("next", backlog.next().toString());
        return table.result("queue", "participants");
    }

    private Result gathering(Sight<Gathering> sight) {
        boolean complete = sight.what().isComplete();
        RecipeTable table = new RecipeTable(sight.path(), paint);
        for (Member member : sight.what().members()) {
            table.row(complete ? "entered" : "waits", complete)
                    .text("says", "", shortened(member.payload()))
                    .since(madeAt(sight.path().child(member.id())))
                    .text("session", "session ", member.session().value())
                    .field("id", member.id());
        }
        return table.result("barrier", "members");
    }

    private Result crew(Sight<MasterView> sight) {
        RecipeTable table = new RecipeTable(sight.path(), paint);
        addWorkers(table, sight);
        return table.result("queue", "workers");
    }

    private void addWorkers(RecipeTable table, Sight<MasterView> sight) {
        for (WorkerLoad worker : sight.what().workers()) {
            String id = worker.worker().id();
            table.row(worker.draining() ? "draining" : "worker", !worker.draining())
                    .text("who", "", id)
                    .since(since(Optional.empty(), sight.path().child("workers").child(id)))
                    .text("busy", "busy ", worker.assigned() + "/" + worker.slots())
                    .field("labels", worker.labels());
        }
    }

    private Result backlog(Sight<List<TaskView>> sight) {
        RecipeTable table = new RecipeTable(sight.path(), paint);
        for (TaskView task : sight.what()) {
            boolean alive = task.state() == TaskState.PENDING || task.state() == TaskState.ASSIGNED;
            String state = task.state() == TaskState.FAILED_DEAD
                    ? "dead"
                    : task.state().name().toLowerCase(Locale.ROOT);
            List<String> failures = task.failures();
            table.row(state, alive)
                    .text("task", "", task.id().name())
                    .text("worker", "worker ", task.worker().isEmpty() ? null : task.worker())
                    .text("attempts", "attempts ", task.attempts() == 0 ? null : Integer.toString(task.attempts()))
                    .text("failure", "", failures.isEmpty() ? null : failures.get(failures.size() - 1));
        }
        if (sight.what().size() == TASKS_SHOWN_MAX) {
            shell.output().note("of " + sight.path() + " only the first " + TASKS_SHOWN_MAX + " tasks are shown");
        }
        return table.result("queue", "tasks");
    }

    private static String who(Optional<OwnerInfo> owner, Payload data) {
        return owner.map(known ->
                        known.clientId() + " on " + known.host() + " pid " + known.pid() + " (" + known.task() + ")")
                .orElseGet(() -> data.length() == 0 ? "somebody" : shortened(data));
    }

    private static String process(OwnerInfo owner) {
        return owner.host() + " pid " + owner.pid();
    }

    private static String shortened(Payload data) {
        Bytes bytes = Bytes.wrap(data.toByteArray());
        String text = DataText.isText(bytes) ? bytes.utf8().replaceAll("\\s+", " ") : data.length() + " bytes";
        return text.length() <= DATA_SHOWN_MAX ? text : text.substring(0, DATA_SHOWN_MAX) + "...";
    }

    private Optional<Instant> since(Optional<OwnerInfo> owner, NodePath node) {
        return owner.map(OwnerInfo::start).or(() -> madeAt(node));
    }

    /** When a node was made; empty if it is gone, or the server has no such times. */
    private Optional<Instant> madeAt(NodePath node) {
        try {
            Response answer = shell.ask(node.toString(), new Request.Exists(node.toString(), false));
            return Optional.of(
                    Instant.ofEpochMilli(((Response.StatOnly) answer).stat().ctime()));
        } catch (ShellException unknown) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
