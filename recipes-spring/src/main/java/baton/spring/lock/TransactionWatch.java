package baton.spring.lock;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Notices locks that are taken inside of a transaction: they are given back before it commits, so the next holder may
 * not see what was written.
 */
final class TransactionWatch {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionWatch.class);
    private static final boolean TRANSACTIONS = ClassUtils.isPresent(
            "org.springframework.transaction.support.TransactionSynchronizationManager",
            TransactionWatch.class.getClassLoader());

    private final boolean refuse;
    private final Set<Method> warned = ConcurrentHashMap.newKeySet();

    TransactionWatch(boolean refuse) {
        this.refuse = refuse;
    }

    /** @throws IllegalStateException if a transaction is active and that is refused */
    void beforeLock(Method method) {
        if (!TRANSACTIONS || !Active.now()) {
            return;
        }
        String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        if (refuse) {
            throw new IllegalStateException(name + " takes a lock inside of a transaction, which commits after the lock"
                    + " is released (baton.lock.fail-inside-transaction=true)");
        }
        if (warned.add(method)) {
            LOG.warn("lock is released before the surrounding transaction commits method={}", name);
        }
    }

    /** Loaded only if there are transactions. */
    private static final class Active {
        static boolean now() {
            return TransactionSynchronizationManager.isActualTransactionActive();
        }
    }
}
