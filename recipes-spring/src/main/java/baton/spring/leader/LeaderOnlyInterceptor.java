package baton.spring.leader;

import baton.recipes.Grant;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.Leadership;
import baton.spring.guard.GuardLookup;
import baton.spring.guard.GuardParameters;
import baton.spring.guard.GuardedCall;
import baton.spring.guard.ReactiveCalls;
import baton.spring.guard.Results;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/** Lets calls through while this instance leads. */
public final class LeaderOnlyInterceptor implements MethodInterceptor {
    private final GuardLookup<LeaderOnly> lookup;
    private final Supplier<Elections> elections;
    private final UnaryOperator<String> placeholders;
    private final BiPredicate<Method, Class<?>> lockedInside;

    /**
     * An interceptor for {@link LeaderOnly}.
     *
     * @param elections asked for at the first call, not before
     * @param lockedInside whether a method takes a lock further in, which then fills the parameters both could fill
     */
    public LeaderOnlyInterceptor(
            GuardLookup<LeaderOnly> lookup,
            Supplier<Elections> elections,
            UnaryOperator<String> placeholders,
            BiPredicate<Method, Class<?>> lockedInside) {
        this.lookup = lookup;
        this.elections = elections;
        this.placeholders = placeholders;
        this.lockedInside = lockedInside;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        Class<?> type = targetClass(call);
        LeaderOnly guard = lookup.find(call.getMethod(), type).orElseThrow();
        Class<?> returned = call.getMethod().getReturnType();
        String role = placeholders.apply(guard.role());
        Duration wait = DurationStyle.detectAndParse(placeholders.apply(guard.waitFor()));
        boolean innermost = !lockedInside.test(call.getMethod(), type);
        if (Results.isReactive(returned)) {
            return ReactiveCalls.guarded(call, guard.onLoss(), new Leading(guard, returned, role, wait, innermost));
        }
        Optional<Leadership> leadership = leadership(role, wait);
        if (leadership.isEmpty()) {
            return Results.isSkipped(guard.otherwise(), returned)
                    ? Results.empty(returned)
                    : Results.failed(
                            returned,
                            new NotLeaderException(role, wait, elections.get().knownLeader(role)));
        }
        Leadership held = leadership.get();
        GuardParameters.fill(call, Leadership.class, held, innermost);
        GuardedCall guarded = new GuardedCall(call, held, guard.onLoss());
        return Results.isAsync(returned) ? guarded.begin() : guarded.run();
    }

    private Optional<Leadership> leadership(String role, Duration wait) throws InterruptedException {
        LeaderLatch latch = elections.get().latch(role);
        if (!latch.hasLeadership() && !wait.isZero()) {
            latch.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        }
        return latch.leadership().filter(Leadership::isValid);
    }

    /** What is done around each subscription. */
    private final class Leading implements ReactiveCalls.Guarding {
        private final LeaderOnly guard;
        private final Class<?> returned;
        private final String role;
        private final Duration wait;
        private final boolean innermost;

        Leading(LeaderOnly guard, Class<?> returned, String role, Duration wait, boolean innermost) {
            this.guard = guard;
            this.returned = returned;
            this.role = role;
            this.wait = wait;
            this.innermost = innermost;
        }

        @Override
        public CompletionStage<Optional<Leadership>> take() {
            LeaderLatch latch = elections.get().latch(role);
            Optional<Leadership> now = latch.leadership().filter(Leadership::isValid);
            if (now.isPresent() || wait.isZero()) {
                return CompletableFuture.completedFuture(now);
            }
            CompletableFuture<Leadership> next = latch.nextLeadership();
            CompletableFuture<Optional<Leadership>> inTime = next.thenApply(Optional::of)
                    .completeOnTimeout(Optional.empty(), wait.toNanos(), TimeUnit.NANOSECONDS);
            inTime.whenComplete((taken, failure) -> next.cancel(false));
            return inTime;
        }

        @Override
        public void fill(MethodInvocation call, Grant grant) {
            GuardParameters.fill(call, Leadership.class, grant, innermost);
        }

        @Override
        public void giveBack(Grant grant) {
            // Leadership outlives calls.
        }

        @Override
        public CompletionStage<Optional<RuntimeException>> refusal() {
            return CompletableFuture.completedFuture(
                    Results.isSkipped(guard.otherwise(), returned)
                            ? Optional.empty()
                            : Optional.of(new NotLeaderException(
                                    role, wait, elections.get().knownLeader(role))));
        }
    }

    private static Class<?> targetClass(MethodInvocation call) {
        Object target = call.getThis();
        Assert.state(target != null, "a guarded call has a target");
        return ClassUtils.getUserClass(target);
    }
}
