package baton.shell.console;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionId;
import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.recipes.OwnerInfo;
import baton.recipes.latch.Participant;
import baton.recipes.lock.LockTicket;
import baton.recipes.membership.Member;
import baton.recipes.queue.MasterView;
import baton.recipes.queue.WorkerLoad;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.survey.Sight;
import baton.recipes.survey.Survey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code locks}, {@code leaders}, {@code services}, {@code members} and {@code queues}: what recipes left in the store,
 * in their own terms. Since when something is there is what its ticket says, else when its node was made, where the
 * server tells.
 */
final class RecipeVerbs {
    private static final int DATA_SHOWN_MAX = 60;

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
        show("queues", arguments, shell, Survey::queues, RecipeVerbs::queue);
    }

    private static <T> void show(String what, Arguments arguments, ZnodeShell shell, Walk<T> walk, Shape<T> shape)
            throws InterruptedException {
        NodePath under = NodePath.of(arguments.path());
        RecipeVerbs verbs = new RecipeVerbs(shell);
        AtomicInteger found = new AtomicInteger();
        try {
            Survey.Extent extent = shell.store()
                    .survey(survey -> walk.from(survey, under, sight -> {
                        found.incrementAndGet();
                        shell.print(shape.of(verbs, sight));
                    }));
            if (extent == Survey.Extent.CUT_SHORT) {
                shell.output()
                        .note("stopped after " + Survey.DIRECTORIES_MAX + " directories: begin further down than "
                                + under);
            } else if (found.get() == 0) {
                shell.output().note("no " + what + " below " + under);
            }
        } catch (CoordinationException failed) {
            throw failed.code() == CoreError.UNAVAILABLE
                    ? new NotConnectedException(String.valueOf(failed.getMessage()))
                    : new CommandRefusedException(
                            failed.code().name(), under.toString(), String.valueOf(failed.getMessage()));
        }
    }

    private Result lock(Sight<List<LockTicket>> sight) {
        Table table = new Table(sight.path());
        for (LockTicket ticket : sight.what()) {
            String kind = ticket.kind() == LockTicket.Kind.EXCLUSIVE
                    ? ""
                    : ticket.kind().name().toLowerCase(Locale.ROOT) + " ";
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
        return table.result("lock", "tickets");
    }

    private Result election(Sight<List<Participant>> sight) {
        Table table = new Table(sight.path());
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
        Table table = new Table(sight.path());
        for (ServiceInstance<String> instance : sight.what()) {
            String health = instance.enabled() ? instance.health().name().toLowerCase(Locale.ROOT) : "disabled";
            Optional<Instant> since = instance.registrationTimeUTC() == 0
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochMilli(instance.registrationTimeUTC()));
            table.row(health, health.equals("up"))
                    .text("id", "", instance.id())
                    .text("address", "", address(instance))
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

    private Result group(Sight<List<Member>> sight) {
        Table table = new Table(sight.path());
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
        Table table = new Table(sight.path());
        boolean led = !view.master().isEmpty();
        table.row(led ? "master" : "no master", led)
                .text("who", "", led ? view.master() : null)
                .since(led ? since(Optional.empty(), sight.path().child("master")) : Optional.empty())
                .text("pending", "pending ", Integer.toString(view.pending()))
                .text("assigned", "assigned ", Integer.toString(view.assigned()))
                .text("finished", "finished ", Integer.toString(view.finished()))
                .text("dead", "dead ", Integer.toString(view.dead()));
        for (WorkerLoad worker : view.workers()) {
            String id = worker.worker().id();
            table.row(worker.draining() ? "draining" : "worker", !worker.draining())
                    .text("who", "", id)
                    .since(since(Optional.empty(), sight.path().child("workers").child(id)))
                    .text("busy", "busy ", worker.assigned() + "/" + worker.slots());
        }
        return table.result("queue", "participants");
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

    /** A path, and a row for each who is there. */
    private final class Table {
        private final NodePath path;
        private final StringBuilder text = new StringBuilder();
        private final List<Map<String, @Nullable Object>> rows = new ArrayList<>();

        Table(NodePath path) {
            this.path = path;
            text.append(paint.title(path.toString()));
        }

        /** @param active whether it is one of those that matter right now */
        Row row(String role, boolean active) {
            String shown = String.format("%-9s", role);
            text.append(System.lineSeparator()).append("  ").append(active ? paint.good(shown) : paint.faint(shown));
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("role", role);
            rows.add(fields);
            return new Row(text, fields);
        }

        Result result(String kind, String rowsName) {
            return Result.of(text.toString())
                    .with("recipe", kind)
                    .with("path", path.toString())
                    .with(rowsName, rows);
        }
    }

    /** One line of a table, column by column; what is null is left out. */
    private record Row(StringBuilder text, Map<String, @Nullable Object> fields) {
        Row text(String name, String before, @Nullable String value) {
            if (value != null) {
                text.append("  ").append(before).append(value);
                fields.put(name, value);
            }
            return this;
        }

        Row since(Optional<Instant> moment) {
            return text(
                    "since",
                    "since ",
                    moment.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse(null));
        }

        Row field(String name, @Nullable Object value) {
            fields.put(name, value);
            return this;
        }
    }
}
