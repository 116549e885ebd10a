package baton.spring.lock;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ExpressionParser;
import org.springframework.expression.ParseException;
import org.springframework.expression.ParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** Evaluates the keys of locks. Each expression is parsed once. Safe for use by many threads. */
final class KeyExpressions {
    private final ExpressionParser parser = new SpelExpressionParser();
    private final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();
    private final Map<String, Expression> parsed = new ConcurrentHashMap<>();
    private final BeanFactoryResolver beans;

    KeyExpressions(BeanFactory beans) {
        this.beans = new BeanFactoryResolver(beans);
    }

    /** @throws ParseException if it is no SpEL */
    Expression parse(String text) {
        return parsed.computeIfAbsent(
                text,
                absent -> absent.contains(ParserContext.TEMPLATE_EXPRESSION.getExpressionPrefix())
                        ? parser.parseExpression(absent, ParserContext.TEMPLATE_EXPRESSION)
                        : parser.parseExpression(absent));
    }

    /** Whether the parameters of a method can be named in its key. */
    boolean knowsParametersOf(Method method) {
        return method.getParameterCount() == 0 || names.getParameterNames(method) != null;
    }

    /**
     * The key of one call.
     *
     * @throws IllegalArgumentException if it is null or blank, or cannot be evaluated, naming method and expression
     */
    String evaluate(String text, Method method, Object target, @Nullable Object[] arguments) {
        MethodBasedEvaluationContext context =
                new MethodBasedEvaluationContext(new Call(method, target, arguments), method, arguments, names);
        context.setBeanResolver(beans);
        Object key;
        try {
            key = parse(text).getValue(context);
        } catch (EvaluationException failure) {
            throw new IllegalArgumentException(
                    "key \"" + text + "\" of " + nameOf(method) + " cannot be evaluated: " + failure.getMessage(),
                    failure);
        }
        if (key == null || key.toString().isBlank()) {
            throw new IllegalArgumentException("key \"" + text + "\" of " + nameOf(method) + " is "
                    + (key == null ? "null" : "blank") + ": there is no lock without a name");
        }
        return key.toString();
    }

    private static String nameOf(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    /**
     * The root object of an expression.
     *
     * @param method that was called
     * @param target of the call
     * @param args of the call
     */
    @SuppressWarnings("ArrayRecordComponent") // Read by expressions, compared by nobody.
    record Call(Method method, Object target, @Nullable Object[] args) {}
}
