package baton.spring.lock;

import baton.spring.StartRefusedException;
import baton.spring.guard.GuardRule;
import baton.spring.guard.Results;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.ParseException;

/** What {@link DistributedLock} must be to make sense. */
public final class DistributedLockRule implements GuardRule<DistributedLock> {
    /** A variable that is neither a parameter by number nor the root. */
    private static final Pattern BY_NAME = Pattern.compile("#(?![pa]\\d+\\b|root\\b|this\\b|\\{)\\w+");

    private static final LockSettings ANY = new LockSettings(Duration.ZERO, Optional.empty(), Duration.ZERO);

    private final KeyExpressions expressions;
    private final UnaryOperator<String> placeholders;

    public DistributedLockRule(BeanFactory beans, UnaryOperator<String> placeholders) {
        this.expressions = new KeyExpressions(beans);
        this.placeholders = placeholders;
    }

    @Override
    public void check(GuardedMethod method, DistributedLock guard) {
        Results.check(method, guard.otherwise());
        if (guard.key().isBlank() && placeholders.apply(guard.name()).isBlank()) {
            throw new StartRefusedException(
                    method + " takes a lock without a name.", "Name it with @DistributedLock(\"...\"), or give a key.");
        }
        checkKey(method, guard.key());
        checkTimes(method, guard);
    }

    private void checkKey(GuardedMethod method, String key) {
        if (key.isBlank()) {
            return;
        }
        try {
            expressions.parse(key);
        } catch (ParseException malformed) {
            throw new StartRefusedException(
                    method + " has the key \"" + key + "\", which is no SpEL: " + malformed.getSimpleMessage() + ".",
                    "Text goes in single quotes, parameters follow a #, as in 'invoice-' + #id.");
        }
        if (BY_NAME.matcher(key).find() && !expressions.knowsParametersOf(method.method())) {
            throw new StartRefusedException(
                    method + " names parameters in its key \"" + key + "\", but was compiled without their names.",
                    "Compile with -parameters, or write #p0, #p1 and so on.");
        }
    }

    private void checkTimes(GuardedMethod method, DistributedLock guard) {
        try {
            ANY.with(
                    placeholders.apply(guard.waitFor()),
                    placeholders.apply(guard.atMost()),
                    placeholders.apply(guard.atLeast()));
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    method + " has a waitFor, atMost or atLeast that is no duration: " + malformed.getMessage() + ".",
                    "Write a number and a unit, such as 500ms, 5s or 2m.");
        }
    }
}
