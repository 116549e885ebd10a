package baton.foreign.zookeeper;

import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Keeps {@code left-out.txt} honest: a test that is left out must fail, unless it only would after a long time, and then it is
 * skipped; so is one that passes without a server of ours. A class of which none starts is none of those that run.
 */
public final class AsListed
        implements ExecutionCondition,
                BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                InvocationInterceptor,
                LifecycleMethodExecutionExceptionHandler {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return line(context)
                .filter(LeftOut::isSkipped)
                .map(line -> ConditionEvaluationResult.disabled(line.reason()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("not left out"));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        if (context.getRequiredTestClass().getName().contains("SSL")) {
            KeyStores.make();
        }
    }

    /** Ours reads when it starts what Apache's server reads when a test has set it. */
    @Override
    public void beforeEach(ExtensionContext context) {
        early(context).ifPresent(property -> System.setProperty(property[0], property[1]));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        early(context).ifPresent(property -> System.clearProperty(property[0]));
    }

    private static Optional<String[]> early(ExtensionContext context) {
        return line(context).filter(LeftOut::isEarly).map(line -> line.more().split("=", 2));
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }

    private static void proceed(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
        Optional<LeftOut> line = leftOut(context);
        int begun = BatonBehind.begun();
        boolean meets = BatonBehind.anyRuns();
        try {
            invocation.proceed();
        } catch (Throwable failure) {
            throw expected(context, failure);
        }
        if (line.isPresent()) {
            throw new AssertionError(
                    "passes: it need not be left out because of " + line.get().reason());
        }
        if (isApaches(context) && !meets && BatonBehind.begun() == begun) {
            throw new TestAbortedException("meets no server");
        }
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw expected(context, failure);
    }

    private static Throwable expected(ExtensionContext context, Throwable failure) {
        return leftOut(context)
                .<Throwable>map(line -> new TestAbortedException(line.reason(), failure))
                .orElse(failure);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (isApaches(context) && BatonBehind.begun() == 0) {
            throw new AssertionError("has started no server of ours: it proves nothing");
        }
    }

    private static boolean isApaches(ExtensionContext context) {
        return context.getRequiredTestClass().getName().startsWith(LeftOut.PREFIX);
    }

    private static Optional<LeftOut> leftOut(ExtensionContext context) {
        return line(context).filter(line -> !line.isEarly());
    }

    private static Optional<LeftOut> line(ExtensionContext context) {
        return context.getTestMethod().flatMap(method -> LeftOut.of(context.getRequiredTestClass(), method.getName()));
    }
}
