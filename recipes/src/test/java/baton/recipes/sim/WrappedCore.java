package baton.recipes.sim;

import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A core with sessions of which some calls do something else; all others go through. */
abstract class WrappedCore implements CoordinationCore {
    private final CoordinationCore core;

    WrappedCore(CoordinationCore core) {
        this.core = core;
    }

    /** Answers a call of a session; to {@link #passedOn} goes what is none of its business. */
    abstract Object called(CoreSession session, Method method, Object[] arguments) throws Throwable;

    static Object passedOn(CoreSession session, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(session, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public final CoreInfo info() {
        return core.info();
    }

    @Override
    public final Set<Capability> capabilities() {
        return core.capabilities();
    }

    @Override
    public final CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
        return core.openSession(options, observer).thenApply(this::wrapped);
    }

    @Override
    public final void close() {
        core.close();
    }

    private CoreSession wrapped(CoreSession session) {
        return (CoreSession) Proxy.newProxyInstance(
                CoreSession.class.getClassLoader(),
                new Class<?>[] {CoreSession.class},
                (proxy, method, arguments) -> called(session, method, arguments));
    }
}
