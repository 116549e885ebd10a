package baton.spring.tasks;

import baton.recipes.FencingToken;
import baton.recipes.queue.RejectTaskException;
import baton.recipes.queue.RetryLaterException;
import baton.recipes.queue.TaskContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * A method that does the tasks of a queue.
 *
 * @param name for people
 * @param queue whose tasks it does
 * @param bean to call it on
 * @param method to call
 * @param settings of its annotation
 * @param retryAfter the pause before a task that is to be retried
 */
record TaskMethod(String name, String queue, Object bean, Method method, TaskHandler settings, Duration retryAfter) {

    static boolean isFilled(Class<?> parameter) {
        return parameter == TaskContext.class || parameter == FencingToken.class;
    }

    ResolvableType taskType() {
        for (int index = 0; index < method.getParameterCount(); index++) {
            if (!isFilled(method.getParameterTypes()[index])) {
                return ResolvableType.forMethodParameter(method, index);
            }
        }
        throw new IllegalStateException(name + " takes no task");
    }

    ResolvableType resultType() {
        return ResolvableType.forMethodReturnType(method);
    }

    @SuppressWarnings("NullAway") // A method without a result gives null, which its codec takes.
    Object handle(Object task, TaskContext context) throws Exception {
        try {
            return method.invoke(bean, arguments(task, context));
        } catch (InvocationTargetException thrown) {
            throw meant(thrown.getCause());
        }
    }

    private @Nullable Object[] arguments(Object task, TaskContext context) {
        Class<?>[] types = method.getParameterTypes();
        @Nullable Object[] arguments = new Object[types.length];
        for (int index = 0; index < types.length; index++) {
            if (types[index] == TaskContext.class) {
                arguments[index] = context;
            } else {
                arguments[index] = types[index] == FencingToken.class ? context.token() : task;
            }
        }
        return arguments;
    }

    /** What the annotation makes of a failure. */
    private Exception meant(@Nullable Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        Exception failure = thrown instanceof Exception known ? known : new IllegalStateException(thrown);
        if (isOneOf(failure, settings.rejectFor())) {
            RejectTaskException reject = new RejectTaskException(failure.toString());
            reject.initCause(failure);
            return reject;
        }
        if (isOneOf(failure, settings.retryFor())) {
            RetryLaterException later = new RetryLaterException(retryAfter);
            later.initCause(failure);
            return later;
        }
        return failure;
    }

    private static boolean isOneOf(Exception failure, Class<? extends Exception>[] types) {
        return Arrays.stream(types).anyMatch(type -> type.isInstance(failure));
    }
}
