package baton.spring.lock;

import baton.recipes.Grant;
import baton.recipes.OwnerInfo;
import baton.recipes.lock.LockGrant;
import baton.spring.guard.GuardLookup;
import baton.spring.guard.GuardParameters;
import baton.spring.guard.GuardedCall;
import baton.spring.guard.ReactiveCalls;
import baton.spring.guard.Results;
import baton.spring.lock.Locks.Hold;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ClassUtils;

/** Takes the lock before a call and gives it back after. */
public final class DistributedLockInterceptor implements MethodInterceptor {
    private final GuardLookup<DistributedLock> lookup;
    private final Supplier<LockOperations> operations;
    private final UnaryOperator<String> placeholders;
    private final KeyExpressions expressions;
    private final TransactionWatch transactions;

    /**
     * An interceptor for {@link DistributedLock}.
     *
     * @param operations asked for at the first call, not before
     * @param failInsideTransaction whether a lock inside of a transaction is refused
     */
    public DistributedLockInterceptor(
            GuardLookup<DistributedLock> lookup,
            Supplier<LockOperations> operations,
            UnaryOperator<String> placeholders,
            BeanFactory beans,
            boolean failInsideTransaction) {
        this.lookup = lookup;
        this.operations = operations;
        this.placeholders = placeholders;
        this.expressions = new KeyExpressions(beans);
        this.transactions = new TransactionWatch(failInsideTransaction);
    }

    @Override
    public @Nullable Object invoke(MethodInvocation call) throws Throwable {
        Object target = Objects.requireNonNull(call.getThis(), "a guarded call has a target");
        DistributedLock guard =
                lookup.find(call.getMethod(), ClassUtils.getUserClass(target)).orElseThrow();
        transactions.beforeLock(call.getMethod());
        Request request = request(guard, call, target);
        if (Results.isReactive(call.getMethod().getReturnType())) {
            return ReactiveCalls.guarded(
                    call, guard.onLoss(), new Holding(guard, call.getMethod().getReturnType(), request));
        }
        return Results.isAsync(call.getMethod().getReturnType())
                ? callLater(guard, (ProxyMethodInvocation) call, request)
                : callNow(guard, call, request);
    }

    private @Nullable Object callNow(DistributedLock guard, MethodInvocation call, Request request) throws Exception {
        Optional<Hold> held = operations.get().locks().acquire(request.name, request.key, request.settings);
        if (held.isEmpty()) {
            Class<?> returned = call.getMethod().getReturnType();
            if (Results.isSkipped(guard.otherwise(), returned)) {
                return Results.empty(returned);
            }
            throw notAcquired(request, holder(request).join());
        }
        try {
            LockGrant grant = held.get().grant();
            GuardParameters.fill(call, LockGrant.class, grant, true);
            return new GuardedCall(call, grant, guard.onLoss()).run();
        } finally {
            held.get().release().run();
        }
    }

    private CompletableFuture<@Nullable Object> callLater(
            DistributedLock guard, ProxyMethodInvocation call, Request request) {
        // The chain of interceptors goes on from here on another thread.
        MethodInvocation rest = call.invocableClone();
        return operations
                .get()
                .locks()
                .acquireAsync(request.name, request.key, request.settings)
                .thenCompose(held -> {
                    if (held.isEmpty()) {
                        return withoutLock(guard, call.getMethod(), request);
                    }
                    return callHolding(guard, rest, held.get());
                });
    }

    private static CompletableFuture<@Nullable Object> callHolding(
            DistributedLock guard, MethodInvocation call, LockGrant grant) {
        try {
            GuardParameters.fill(call, LockGrant.class, grant, true);
            return new GuardedCall(call, grant, guard.onLoss()).begin().whenComplete((value, failure) -> grant.close());
        } catch (RuntimeException | Error failure) {
            grant.close();
            throw failure;
        }
    }

    private CompletableFuture<@Nullable Object> withoutLock(DistributedLock guard, Method method, Request request) {
        if (Results.isSkipped(guard.otherwise(), method.getReturnType())) {
            return CompletableFuture.completedFuture(null);
        }
        return holder(request).thenCompose(holder -> CompletableFuture.failedFuture(notAcquired(request, holder)));
    }

    /** What is done around each subscription. */
    private final class Holding implements ReactiveCalls.Guarding {
        private final DistributedLock guard;
        private final Class<?> returned;
        private final Request request;

        Holding(DistributedLock guard, Class<?> returned, Request request) {
            this.guard = guard;
            this.returned = returned;
            this.request = request;
        }

        @Override
        public CompletionStage<Optional<LockGrant>> take() {
            return operations.get().locks().acquireAsync(request.name, request.key, request.settings);
        }

        @Override
        public void fill(MethodInvocation call, Grant grant) {
            GuardParameters.fill(call, LockGrant.class, grant, true);
        }

        @Override
        public void giveBack(Grant grant) {
            grant.close();
        }

        @Override
        public CompletionStage<Optional<RuntimeException>> refusal() {
            return Results.isSkipped(guard.otherwise(), returned)
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : holder(request).thenApply(holder -> Optional.of(notAcquired(request, holder)));
        }
    }

    private CompletableFuture<Optional<OwnerInfo>> holder(Request request) {
        return operations.get().locks().holder(request.name, request.key, request.settings);
    }

    private static LockNotAcquiredException notAcquired(Request request, Optional<OwnerInfo> holder) {
        return new LockNotAcquiredException(request.key, request.settings.waitFor(), holder);
    }

    private Request request(DistributedLock guard, MethodInvocation call, Object target) {
        LockSettings settings = operations
                .get()
                .defaults()
                .with(
                        placeholders.apply(guard.waitFor()),
                        placeholders.apply(guard.atMost()),
                        placeholders.apply(guard.atLeast()));
        String name = placeholders.apply(guard.name());
        if (guard.key().isBlank()) {
            return new Request(LockName.of(name), name, settings);
        }
        String key = expressions.evaluate(guard.key(), call.getMethod(), target, call.getArguments());
        return name.isBlank()
                ? new Request(LockName.of(key), key, settings)
                : new Request(LockName.of(name, key), name + "/" + key, settings);
    }

    /**
     * What one call asks for.
     *
     * @param name as a path segment
     * @param key for people
     * @param settings how to take it
     */
    private record Request(LockName name, String key, LockSettings settings) {}
}
