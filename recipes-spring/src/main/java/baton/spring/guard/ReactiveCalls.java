package baton.spring.guard;

import baton.recipes.Grant;
import baton.recipes.GrantLostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Guards methods that return a {@code Mono} or a {@code Flux}: at each subscription the guard is taken, then the method
 * is called, and the guard is needed until what it returned has ended. Loaded only if Reactor is there.
 */
public final class ReactiveCalls {
    private ReactiveCalls() {}

    /** What one family of guards does around a call. */
    public interface Guarding {
        /** Takes the guard; empty if it is not to be had. Called at each subscription. */
        CompletionStage<? extends Optional<? extends Grant>> take();

        /** Puts the grant where the method asks for it. */
        void fill(MethodInvocation call, Grant grant);

        /** Gives the guard back, if it is this call's to give back. */
        void giveBack(Grant grant);

        /** Why the call fails without the guard; empty if it is skipped. */
        CompletionStage<Optional<RuntimeException>> refusal();
    }

    /** The publisher in place of the one that the method returns. */
    public static Object guarded(MethodInvocation call, OnLoss onLoss, Guarding guarding) {
        // The chain of interceptors goes on from here, perhaps often, perhaps on other threads.
        ProxyMethodInvocation kept = (ProxyMethodInvocation) ((ProxyMethodInvocation) call).invocableClone();
        Flux<Object> flux = Flux.defer(() -> subscribed(kept, onLoss, guarding));
        return call.getMethod().getReturnType() == Mono.class ? flux.singleOrEmpty() : flux;
    }

    private static Flux<Object> subscribed(ProxyMethodInvocation call, OnLoss onLoss, Guarding guarding) {
        Held held = new Held(guarding);
        CompletableFuture<? extends Optional<? extends Grant>> taking =
                guarding.take().toCompletableFuture();
        taking.thenAccept(grant -> grant.ifPresent(held::taken));
        return Mono.fromFuture(taking, true)
                .flatMapMany(grant -> grant.isPresent()
                        ? untilLost(body(call, onLoss, guarding, grant.get()), onLoss, grant.get())
                        : refused(guarding))
                .doOnTerminate(held::end)
                // What is cancelled stops first, and only then is its guard given back.
                .doFinally(signal -> held.end());
    }

    private static Flux<Object> refused(Guarding guarding) {
        return Mono.fromFuture(guarding.refusal().toCompletableFuture(), true)
                .flatMapMany(refusal -> refusal.<Flux<Object>>map(Flux::error).orElseGet(Flux::empty));
    }

    private static Flux<Object> body(ProxyMethodInvocation call, OnLoss onLoss, Guarding guarding, Grant grant) {
        return Flux.defer(() -> {
            try {
                MethodInvocation once = call.invocableClone();
                guarding.fill(once, grant);
                return Flux.from(new GuardedCall(once, grant, onLoss).publisher());
            } catch (Exception | Error failure) {
                return Flux.error(failure);
            }
        });
    }

    /** Whoever listens is told of the loss at once; what is still being done is cancelled. */
    private static Flux<Object> untilLost(Flux<Object> body, OnLoss onLoss, Grant grant) {
        if (onLoss == OnLoss.SIGNAL) {
            return body;
        }
        Mono<Object> lost = Mono.<Boolean>create(sink -> {
                    Runnable forget = grant.onLost(() -> sink.success(true));
                    sink.onDispose(forget::run);
                })
                .flatMap(over -> Mono.error(new GrantLostException(grant)));
        return body.takeUntilOther(lost);
    }

    /** The guard of one subscription: given back once, whichever comes last, that it was taken or that nobody needs it. */
    private static final class Held {
        private final Guarding guarding;
        private @Nullable Grant grant;
        private boolean ended;

        Held(Guarding guarding) {
            this.guarding = guarding;
        }

        synchronized void taken(Grant fresh) {
            if (ended) {
                guarding.giveBack(fresh);
            } else {
                grant = fresh;
            }
        }

        synchronized void end() {
            ended = true;
            Grant mine = grant;
            grant = null;
            if (mine != null) {
                guarding.giveBack(mine);
            }
        }
    }
}
