package baton.spring.guard;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the guard annotation of a method: on the method, else on its class; composed annotations count. Safe for use
 * by many threads.
 *
 * @param <A> the annotation
 */
public final class GuardLookup<A extends Annotation> {
    private final Class<A> annotation;
    private final Map<MethodClassKey, Optional<A>> found = new ConcurrentHashMap<>();

    public GuardLookup(Class<A> annotation) {
        this.annotation = annotation;
    }

    public Class<A> annotation() {
        return annotation;
    }

    /** Whether a class can carry the annotation at all; answered without looking at its methods. */
    boolean isCandidate(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, annotation);
    }

    public Optional<A> find(Method method, Class<?> targetClass) {
        return found.computeIfAbsent(new MethodClassKey(method, targetClass), key -> search(method, targetClass));
    }

    private Optional<A> search(Method method, Class<?> targetClass) {
        if (method.getDeclaringClass() == Object.class || method.isSynthetic()) {
            return Optional.empty();
        }
        Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
        return Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(specific, annotation))
                .or(() -> Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(targetClass, annotation)));
    }
}
