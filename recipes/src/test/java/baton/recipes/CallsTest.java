package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallsTest {
    private static final NodePath NODE = NodePath.of("/node");
    private static final Duration SOON = Duration.ofSeconds(2);

    private final SimulatedWorld world = new SimulatedWorld(5, 1);
    private final RecipeRuntime runtime = world.member(0).client().runtime();
    private final Strand strand = runtime.newStrand("test");
    private final Calls calls = runtime.calls(strand);
    private final AtomicInteger sent = new AtomicInteger();

    @BeforeEach
    void connected() {
        world.until("connected", () -> runtime.liveSession().isPresent());
    }

    @Test
    void resultsArriveOnTheStrandAndNeverWithinTheCall() {
        CompletableFuture<Boolean> onStrand = new CompletableFuture<>();
        strand.execute(() -> {
            CompletableFuture<Integer> answer =
                    calls.repeatable(Deadline.NEVER, session -> CompletableFuture.completedFuture(1));
            assertThat(answer).isNotDone();
            answer.thenRun(() -> onStrand.complete(strand.isCurrent()));
        });

        assertThat(world.get("answered", onStrand)).isTrue();
    }

    @Test
    void whatWasNotAppliedIsSentAgain() {
        var answer = calls.repeatable(Deadline.NEVER, failing(CoreError.UNAVAILABLE, 3));

        assertThat(world.get("answered", answer)).isEqualTo("done");
        assertThat(sent).hasValue(4);
    }

    @Test
    void anErrorThatRepeatingCannotMendGoesToTheCallerAtOnce() {
        for (CoreError code : new CoreError[] {CoreError.DENIED, CoreError.TOO_LARGE, CoreError.UNSUPPORTED}) {
            sent.set(0);

            assertThat(codeOf(calls.repeatable(Deadline.NEVER, failing(code, 100))))
                    .isEqualTo(code);
            assertThat(sent).as("%s", code).hasValue(1);
        }
    }

    @Test
    void whatIsInDoubtIsLookedUpAndSentOnce() {
        world.store().faults().dropNextReply(OpKind.CREATE);

        Created created = world.get("created", calls.resolved(Deadline.NEVER, this::create, this::found));

        assertThat(created.path()).isEqualTo(NODE);
        assertThat(sent).hasValue(1);
    }

    @Test
    void whatIsInDoubtAndWasNotAppliedIsSentAgain() {
        var answer = calls.resolved(
                Deadline.NEVER,
                failing(CoreError.IN_DOUBT, 1),
                session -> CompletableFuture.completedFuture(Optional.empty()));

        assertThat(world.get("answered", answer)).isEqualTo("done");
        assertThat(sent).hasValue(2);
    }

    @Test
    void whatCannotBeLookedUpLeavesTheDoubtToTheCaller() {
        assertThat(codeOf(calls.once(Deadline.NEVER, failing(CoreError.IN_DOUBT, 1))))
                .isEqualTo(CoreError.IN_DOUBT);
        assertThat(sent).hasValue(1);
    }

    @Test
    void nothingIsSentWhileTheSessionIsCutOff() {
        world.store().faults().cut("p0", Duration.ofSeconds(1));
        world.until("cut off", () -> runtime.liveSession().isEmpty());

        var answer = calls.repeatable(Deadline.NEVER, failing(CoreError.UNAVAILABLE, 0));
        world.runFor(Duration.ofMillis(500));

        assertThat(sent).hasValue(0);
        assertThat(world.get("answered", answer)).isEqualTo("done");
    }

    @Test
    void timeRunsOutWithOrWithoutADoubt() {
        Deadline soon = Deadline.after(runtime.scheduler(), SOON);
        var certain = calls.repeatable(soon, failing(CoreError.UNAVAILABLE, Integer.MAX_VALUE));
        var doubtful = calls.resolved(
                soon, failing(CoreError.IN_DOUBT, Integer.MAX_VALUE), session -> new CompletableFuture<>());

        assertThat(codeOf(certain)).isEqualTo(CoreError.UNAVAILABLE);
        assertThat(codeOf(doubtful)).isEqualTo(CoreError.IN_DOUBT);
    }

    @Test
    void callsBoundToASessionEndWithItAndOthersTakeTheNext() {
        ClientSession first = runtime.liveSession().orElseThrow();
        world.store().faults().expire("p0");
        world.until("over", () -> first.hasEnded() && !runtime.liveSession().equals(Optional.of(first)));

        var bound = calls.only(first).repeatable(Deadline.NEVER, CoreSession::settle);
        var free = calls.repeatable(Deadline.NEVER, session -> CompletableFuture.completedFuture(session.id()));

        assertThat(codeOf(bound)).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(world.get("answered", free)).isNotEqualTo(first.core().id());
    }

    private CompletionStage<Created> create(CoreSession session) {
        sent.incrementAndGet();
        return session.create(CreateSpec.plain(NODE, Payload.EMPTY, Lifetime.PERSISTENT));
    }

    private CompletionStage<Optional<Created>> found(CoreSession session) {
        return session.stat(NODE).thenApply(stat -> stat.map((NodeStat found) -> new Created(NODE, found)));
    }

    private Function<CoreSession, CompletionStage<String>> failing(CoreError code, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return session -> {
            sent.incrementAndGet();
            return left.getAndDecrement() > 0
                    ? CompletableFuture.failedFuture(new CoordinationException(code, NODE, "on order"))
                    : CompletableFuture.completedFuture("done");
        };
    }

    private CoreError codeOf(CompletableFuture<?> failing) {
        world.until("failed", failing::isDone);
        return Calls.codeOf(failing.handle((done, failure) -> failure).join());
    }
}
