package baton.spring.guard;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;

/**
 * Checks one guarded method when its bean is made, and takes note of it.
 *
 * @param <A> the guard's annotation
 */
@FunctionalInterface
public interface GuardRule<A extends Annotation> {
    /** @throws baton.spring.StartRefusedException if the method cannot be guarded that way, saying how it can */
    void check(GuardedMethod method, A guard);

    /**
     * A method of a bean.
     *
     * @param bean the bean's name
     * @param type of the bean, before it is proxied
     * @param method the guarded one
     */
    record GuardedMethod(String bean, Class<?> type, Method method) {
        /** {@code bean 'reports': Reports.publish}. */
        @Override
        public String toString() {
            return "bean '" + bean + "': " + type.getSimpleName() + "." + method.getName();
        }
    }
}
