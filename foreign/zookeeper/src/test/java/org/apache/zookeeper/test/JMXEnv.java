package org.apache.zookeeper.test;

import java.util.Set;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/**
 * Stands before Apache's class of this name: Baton has no beans. The frame of all tests looks for them on the way and finds what
 * it likes; a test that asks for them itself fails.
 */
public class JMXEnv {
    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    public static void setUp() {}

    public static void tearDown() {}

    public static void dump() {}

    public static MBeanServerConnection conn() {
        throw new UnsupportedOperationException("there are no beans");
    }

    public static Set<ObjectName> ensureAll(String... names) {
        return none();
    }

    public static Set<ObjectName> ensureOnly(String... names) {
        return none();
    }

    public static Set<ObjectName> ensureParent(String... names) {
        return none();
    }

    public static void ensureNone(String... names) {
        none();
    }

    private static Set<ObjectName> none() {
        Class<?> caller =
                STACK.walk(frames -> frames.skip(2).findFirst().orElseThrow().getDeclaringClass());
        if (caller != ClientBase.class) {
            throw new UnsupportedOperationException("there are no beans");
        }
        return Set.of();
    }
}
