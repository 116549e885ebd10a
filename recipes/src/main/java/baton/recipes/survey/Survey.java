package baton.recipes.survey;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.CoordinationClient;
import baton.recipes.FencingToken;
import baton.recipes.RecipeRuntime;
import baton.recipes.latch.Participant;
import baton.recipes.lock.LockTicket;
import baton.recipes.membership.Member;
import baton.recipes.queue.MasterView;
import baton.recipes.queue.TaskView;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Looks for recipes in a tree, at the layouts that this library and Apache Curator use; for locks and elections, at those
 * of other libraries, too ({@link Layout}).
 *
 * <p>Each method walks down from a path, a directory before what is below it and directories in the order of their
 * names, and hands out what it recognises as it goes, on the calling thread. At most {@value #DIRECTORIES_MAX}
 * directories are looked into, one call at a time, so that looking harms nobody; ZooKeeper's own tree is left out.
 *
 * <p>Every call of the store is waited for at most the operation timeout of the client; a walk ends with a
 * {@link baton.core.CoordinationException} if the store cannot be asked, or the path it begins at may not be listed. What
 * else may not be read is left out, and counted. Not thread-safe.
 */
public final class Survey {
    /** How many directories one walk looks into. */
    public static final int DIRECTORIES_MAX = 100_000;

    private static final int ID_CHARS_MAX = 100;

    private static final NodePath RESERVED = NodePath.of("/zookeeper");

    private final RecipeRuntime runtime;
    private final Strand strand;
    private final Duration patience;

    /**
     * How much a walk has seen.
     *
     * @param cutShort whether there were more directories than {@value Survey#DIRECTORIES_MAX}: begin further down
     * @param denied how many directories may not be looked into, or hold something that may not be read: of the latter
     *     what is below is seen all the same
     * @param firstDenied the first of them
     */
    public record Extent(boolean cutShort, int denied, Optional<NodePath> firstDenied) {
        /** Everything. */
        public static final Extent WHOLE = new Extent(false, 0, Optional.empty());

        /** Returns what two walks have seen together. */
        public Extent and(Extent other) {
            return new Extent(
                    cutShort || other.cutShort,
                    denied + other.denied,
                    firstDenied.isPresent() ? firstDenied : other.firstDenied);
        }
    }

    /** What one kind of recipe looks like. */
    private interface Look<T> {
        /** Returns what is in the directory; nothing if it holds none of the kind. */
        Find<T> at(NodePath directory, Listing children) throws InterruptedException;
    }

    /**
     * What was looked for, if it is there.
     *
     * @param parts names of children that belong to it: nothing else is looked for below them
     */
    private record Find<T>(Optional<Sight<T>> sight, Set<String> parts) {
        static <T> Find<T> nothing() {
            return new Find<>(Optional.empty(), Set.of());
        }
    }

    /** The find of what is in a directory itself, if that is anything. */
    private static <T> Find<List<T>> found(NodePath directory, List<T> what) {
        return what.isEmpty() ? Find.nothing() : new Find<>(Optional.of(new Sight<>(directory, what)), Set.of());
    }

    public Survey(CoordinationClient client) {
        this.runtime = client.runtime();
        this.strand = runtime.newStrand("survey");
        this.patience = runtime.settings().opTimeout();
    }

    /** The locks, and Curator's semaphores, each with who holds it and who waits, in order. */
    public Extent locks(NodePath under, Consumer<Sight<List<LockTicket>>> each) throws InterruptedException {
        Extent seen = walk(under, this::lockAt, each);
        // What a semaphore of kazoo's is known by stands beside it, not below.
        Optional<NodePath> line = KazooNames.lineOf(under);
        try {
            return line.isPresent() && read(line.get()).isPresent()
                    ? seen.and(walk(line.get(), this::lockAt, each))
                    : seen;
        } catch (CoordinationException refused) {
            return seen.and(without(line.orElseThrow(), refused));
        }
    }

    /** The elections, each with who leads and who would be next, in order. */
    public Extent leaders(NodePath under, Consumer<Sight<List<Participant>>> each) throws InterruptedException {
        return walk(under, this::electionAt, each);
    }

    /** The services, each with its instances; their payloads are JSON. */
    public Extent services(NodePath under, Consumer<Sight<List<ServiceInstance<String>>>> each)
            throws InterruptedException {
        return walk(under, this::serviceAt, each);
    }

    /**
     * The double barriers of Curator's, each with who is there. A simple one is a node like any other. Until enough have
     * come, such a barrier looks like a group whose members are named by UUIDs: either is shown as both.
     */
    public Extent gatherings(NodePath under, Consumer<Sight<Gathering>> each) throws InterruptedException {
        return walk(under, this::gatheringAt, each);
    }

    /** The queues of Curator's, each with how much there is to do; of empty ones nothing can be told. */
    public Extent backlogs(NodePath under, Consumer<Sight<Backlog>> each) throws InterruptedException {
        return walk(under, Survey::backlogAt, each);
    }

    /** The groups, each with its members: ephemeral nodes that are nothing else. */
    public Extent members(NodePath under, Consumer<Sight<List<Member>>> each) throws InterruptedException {
        return walk(under, this::groupAt, each);
    }

    /** The queues, each with its master, its workers and how much there is to do. */
    public Extent queues(NodePath under, Consumer<Sight<MasterView>> each) throws InterruptedException {
        return walk(under, this::queueAt, each);
    }

    /** The tasks of one queue, those that wait before those that workers have, the finished and the dead. */
    public List<TaskView> tasks(NodePath queue, int max) throws InterruptedException {
        return awaited(TaskView.of(runtime, strand, queue, max));
    }

    private Find<List<LockTicket>> lockAt(NodePath directory, Listing children) throws InterruptedException {
        List<LockTicket> semaphore = semaphoreAt(directory, children);
        if (!semaphore.isEmpty()) {
            return new Find<>(Optional.of(new Sight<>(directory, semaphore)), CuratorNames.ofSemaphore());
        }
        List<LockTicket> tickets = tickets(directory, children);
        return tickets.isEmpty() ? foreignLockAt(directory, children) : found(directory, tickets);
    }

    private Find<List<LockTicket>> foreignLockAt(NodePath directory, Listing children) throws InterruptedException {
        List<ForeignTicket> line = ForeignTicket.inLine(children, ForeignTicket::isForLock);
        List<LockTicket> tickets = new ArrayList<>();
        List<LockTicket.Kind> before = new ArrayList<>();
        for (ForeignTicket each : line) {
            Optional<Node> node = readForeign(directory, each);
            node.ifPresent(
                    ticket -> tickets.add(LockTicket.of(ticket, each.kind(), before, runtime.tokenScope(directory))));
            node.ifPresent(ticket -> before.add(each.kind()));
        }
        Optional<NodePath> semaphore = KazooNames.semaphoreOf(directory);
        // Without one it is a lock that somebody has given such a name.
        if (semaphore.isPresent() && read(semaphore.get()).isPresent()) {
            List<LockTicket> leases = kazooLeases(semaphore.get());
            // Even the first in this line only waits: whoever gets a lease leaves the line.
            tickets.stream().map(LockTicket::waiting).forEach(leases::add);
            return foreign(semaphore.get(), leases, Layout.KAZOO, line);
        }
        return line.isEmpty()
                ? Find.nothing()
                : foreign(directory, tickets, line.get(0).layout(), line);
    }

    private List<LockTicket> kazooLeases(NodePath semaphore) throws InterruptedException {
        List<LockTicket> leases = new ArrayList<>();
        for (Listing.Entry entry : list(semaphore).entries()) {
            Optional<Node> node = KazooNames.isLease(entry) ? read(semaphore.child(entry.name())) : Optional.empty();
            node.filter(lease -> lease.stat().owner().isPresent())
                    .ifPresent(lease -> leases.add(
                            LockTicket.of(lease, LockTicket.Kind.LEASE, List.of(), runtime.tokenScope(semaphore))));
        }
        return leases;
    }

    private static <T> Find<List<T>> foreign(NodePath path, List<T> what, Layout layout, List<ForeignTicket> line) {
        Set<String> parts = line.stream().map(ForeignTicket::name).collect(Collectors.toSet());
        return new Find<>(
                what.isEmpty() ? Optional.empty() : Optional.of(new Sight<>(path, what, layout)),
                what.isEmpty() ? Set.of() : parts);
    }

    private Optional<Node> readForeign(NodePath directory, ForeignTicket ticket) throws InterruptedException {
        return read(directory.child(ticket.name()))
                .filter(node -> ticket.isUnmistakable() || node.stat().owner().isPresent());
    }

    private List<LockTicket> tickets(NodePath directory, Listing children) throws InterruptedException {
        List<LockTicket> tickets = new ArrayList<>();
        List<LockTicket.Kind> before = new ArrayList<>();
        for (Listing.Entry entry : children.entries()) {
            LockTicket.Kind kind = LockTicket.Kind.of(entry).orElse(null);
            Optional<Node> node = kind == null ? Optional.empty() : read(directory.child(entry.name()));
            if (kind != null && node.isPresent()) {
                tickets.add(LockTicket.of(node.get(), kind, before, runtime.tokenScope(directory)));
                before.add(kind);
            }
        }
        return tickets;
    }

    /** The leases, and behind them the line of those who want one; empty if this is no semaphore, or nobody uses it. */
    private List<LockTicket> semaphoreAt(NodePath directory, Listing children) throws InterruptedException {
        if (!CuratorNames.contains(children, CuratorNames.LEASES)) {
            return List.of();
        }
        NodePath leases = directory.child(CuratorNames.LEASES);
        List<LockTicket> tickets = new ArrayList<>(tickets(leases, list(leases)));
        if (tickets.isEmpty() || tickets.stream().anyMatch(ticket -> ticket.kind() != LockTicket.Kind.LEASE)) {
            return List.of();
        }
        NodePath line = directory.child(CuratorNames.LINE);
        List<LockTicket> waiting = tickets(line, list(line));
        // Whoever is first in line makes its lease, and keeps its place until others have vanished.
        int made = waiting.isEmpty() ? -1 : madeBy(waiting.get(0), tickets);
        if (made >= 0) {
            tickets.add(tickets.remove(made).waiting());
        }
        waiting.stream().skip(made >= 0 ? 1 : 0).map(LockTicket::waiting).forEach(tickets::add);
        return tickets;
    }

    /** Where the lease is that was made for a place in the line; negative if it has none yet. */
    private static int madeBy(LockTicket first, List<LockTicket> leases) {
        for (int at = leases.size() - 1; at >= 0; at--) {
            LockTicket lease = leases.get(at);
            // An older one is for something else that the same session does.
            if (lease.session().isPresent()
                    && lease.session().equals(first.session())
                    && lease.token().value() > first.token().value()) {
                return at;
            }
        }
        return -1;
    }

    private Find<Gathering> gatheringAt(NodePath directory, Listing children) throws InterruptedException {
        if (!CuratorNames.areGathering(children)) {
            return Find.nothing();
        }
        List<Member> members = new ArrayList<>();
        for (Listing.Entry entry : children.entries()) {
            Optional<Node> node = CuratorNames.isStay(entry) ? read(directory.child(entry.name())) : Optional.empty();
            // Instances of a service have such names too.
            node.filter(child -> ServiceInstance.parse(child.data()).isEmpty())
                    .flatMap(Survey::member)
                    .ifPresent(members::add);
        }
        boolean complete = CuratorNames.contains(children, CuratorNames.READY);
        return members.isEmpty()
                ? Find.nothing()
                : new Find<>(Optional.of(new Sight<>(directory, new Gathering(complete, members))), Set.of());
    }

    private static Find<Backlog> backlogAt(NodePath directory, Listing children) {
        List<String> items = CuratorNames.items(children);
        return items.isEmpty()
                ? Find.nothing()
                : new Find<>(
                        Optional.of(new Sight<>(directory, new Backlog(items.size(), directory.child(items.get(0))))),
                        Set.copyOf(items));
    }

    private Find<List<Participant>> electionAt(NodePath directory, Listing children) throws InterruptedException {
        List<Participant> participants = new ArrayList<>();
        for (Listing.Entry entry : children.entries()) {
            Optional<Node> node = Participant.isTicket(entry) ? read(directory.child(entry.name())) : Optional.empty();
            node.ifPresent(ticket ->
                    participants.add(Participant.of(ticket, participants.isEmpty(), runtime.tokenScope(directory))));
        }
        return participants.isEmpty() ? foreignElectionAt(directory, children) : found(directory, participants);
    }

    private Find<List<Participant>> foreignElectionAt(NodePath directory, Listing children)
            throws InterruptedException {
        List<ForeignTicket> line = ForeignTicket.inLine(children, ticket -> !ticket.isForLock());
        List<Participant> participants = new ArrayList<>();
        for (ForeignTicket each : line) {
            readForeign(directory, each)
                    .ifPresent(ticket -> participants.add(new Participant(
                            idOf(ticket),
                            participants.isEmpty(),
                            false,
                            new FencingToken(
                                    runtime.tokenScope(directory), ticket.stat().createRev()),
                            ticket.path(),
                            Optional.empty())));
        }
        return line.isEmpty()
                ? Find.nothing()
                : foreign(directory, participants, line.get(0).layout(), line);
    }

    /** What somebody says who he is, if that is a line of text; else by what name he stands there. */
    private static String idOf(Node ticket) {
        String said = ticket.data().utf8();
        boolean isLine =
                !said.isBlank() && said.length() <= ID_CHARS_MAX && said.chars().noneMatch(Character::isISOControl);
        return isLine ? said : ticket.path().name();
    }

    private Find<List<ServiceInstance<String>>> serviceAt(NodePath directory, Listing children)
            throws InterruptedException {
        List<ServiceInstance<String>> instances = new ArrayList<>();
        for (Listing.Entry entry : children.entries()) {
            read(directory.child(entry.name()))
                    .flatMap(node -> ServiceInstance.parse(node.data()))
                    .filter(instance -> instance.name().equals(directory.name()))
                    .ifPresent(instances::add);
        }
        return found(directory, instances);
    }

    private Find<List<Member>> groupAt(NodePath directory, Listing children) throws InterruptedException {
        if (CuratorNames.areGathering(children) && CuratorNames.contains(children, CuratorNames.READY)) {
            return Find.nothing();
        }
        List<Member> members = new ArrayList<>();
        for (Listing.Entry entry : children.entries()) {
            // What has a place stands in a line; what describes an instance is a service's.
            Optional<Node> node = entry.place().isPresent() ? Optional.empty() : read(directory.child(entry.name()));
            node.filter(child -> ServiceInstance.parse(child.data()).isEmpty())
                    .flatMap(Survey::member)
                    .ifPresent(members::add);
        }
        return found(directory, members);
    }

    private static Optional<Member> member(Node node) {
        return node.stat()
                .owner()
                .map(session -> new Member(
                        node.path().name(),
                        node.data(),
                        node.stat().createRev(),
                        node.stat().modRev(),
                        session));
    }

    private Find<MasterView> queueAt(NodePath directory, Listing children) throws InterruptedException {
        return MasterView.isQueue(children)
                ? new Find<>(
                        Optional.of(new Sight<>(directory, awaited(MasterView.of(runtime, strand, directory)))),
                        Set.of())
                : Find.nothing();
    }

    private <T> Extent walk(NodePath top, Look<T> look, Consumer<Sight<T>> each) throws InterruptedException {
        // What was written before the survey was asked for belongs into it, whichever replica answers.
        ask(CoreSession::settle);
        Deque<NodePath> ahead = new ArrayDeque<>();
        ahead.push(top);
        Extent seen = Extent.WHOLE;
        for (int looked = 0; !ahead.isEmpty(); looked++) {
            if (looked == DIRECTORIES_MAX) {
                return seen.and(new Extent(true, 0, Optional.empty()));
            }
            NodePath directory = ahead.pop();
            Listing children;
            try {
                children = list(directory);
            } catch (CoordinationException refused) {
                if (directory.equals(top)) {
                    throw refused;
                }
                seen = seen.and(without(directory, refused));
                continue;
            }
            Find<T> find;
            try {
                find = look.at(directory, children);
            } catch (CoordinationException refused) {
                seen = seen.and(without(directory, refused));
                find = Find.nothing();
            }
            find.sight().ifPresent(each);
            below(directory, children, find.parts()).forEach(ahead::push);
        }
        return seen;
    }

    /** What is seen without a directory, if all that is in the way is that somebody may not read there. */
    private static Extent without(NodePath directory, CoordinationException refused) {
        if (refused.code() != CoreError.DENIED) {
            throw refused;
        }
        return new Extent(false, 1, Optional.of(directory));
    }

    /** What is below a directory; nothing if it is gone. */
    private Listing list(NodePath directory) throws InterruptedException {
        return ask(session -> session.list(directory))
                .map(listing -> reachable(directory, listing))
                .orElse(new Listing(List.of(), 0));
    }

    /** Without what other libraries put so deep down that no recipe can name it. */
    private static Listing reachable(NodePath directory, Listing children) {
        int left = NodePath.BYTES_MAX - directory.toString().getBytes(StandardCharsets.UTF_8).length - 1;
        List<Listing.Entry> named = children.entries().stream()
                .filter(entry -> entry.name().getBytes(StandardCharsets.UTF_8).length <= left)
                .toList();
        return new Listing(named, children.dirRev());
    }

    /** The directories below, last name first; tickets have nothing below them, and parts of a recipe nothing new. */
    private static List<NodePath> below(NodePath directory, Listing children, Set<String> parts) {
        List<NodePath> paths = new ArrayList<>();
        for (Listing.Entry entry : children.entries()) {
            NodePath path = directory.child(entry.name());
            if (entry.place().isEmpty() && !parts.contains(entry.name()) && !path.equals(RESERVED)) {
                paths.add(path);
            }
        }
        paths.sort(Collections.reverseOrder());
        return paths;
    }

    private Optional<Node> read(NodePath path) throws InterruptedException {
        return ask(session -> session.read(path));
    }

    private <T> T ask(Function<CoreSession, CompletionStage<T>> operation) throws InterruptedException {
        Deadline deadline = Deadline.after(runtime.scheduler(), patience);
        return Waiting.forever(runtime.calls(strand).repeatable(deadline, operation));
    }

    private <T> T awaited(CompletableFuture<T> stage) throws InterruptedException {
        return Waiting.atMost(patience, stage)
                .orElseThrow(() -> new CoordinationException(
                        CoreError.UNAVAILABLE, null, "no answer of the store within " + patience.toMillis() + " ms"));
    }
}
