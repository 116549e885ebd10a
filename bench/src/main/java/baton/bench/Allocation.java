package baton.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that the threads of another JVM allocate, through the management agent that it has. What threads allocated
 * that have ended is not counted any more; what the agent allocates to tell it, is.
 */
final class Allocation implements AutoCloseable {
    private static final String[] IDS = {long[].class.getName()};

    /** Null if the process does not tell. */
    private final @Nullable JMXConnector connector;

    private Allocation(@Nullable JMXConnector connector) {
        this.connector = connector;
    }

    /**
     * Has the process start its agent and connects to it: one that this process has started itself. If it starts none, as
     * with {@code -XX:+DisableAttachMechanism}, that is said on standard error.
     */
    @SuppressWarnings("BanJNDI")
    static Allocation of(long pid) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return new Allocation(
                        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | IOException silent) {
            System.err.println(
                    "process " + pid + " does not tell what it allocates, 0 is shown: " + silent.getMessage());
            return new Allocation(null);
        }
    }

    /** By all threads that live, since they began; 0 if the process does not tell. */
    long bytes() throws IOException {
        if (connector == null) {
            return 0;
        }
        try {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
            Object ids = beans.getAttribute(threads, "AllThreadIds");
            Object each = beans.invoke(threads, "getThreadAllocatedBytes", new Object[] {ids}, IDS);
            return LongStream.of((long[]) each).filter(known -> known > 0).sum();
        } catch (JMException failed) {
            throw new IOException("no count of what was allocated", failed);
        }
    }

    @Override
    public void close() throws IOException {
        if (connector != null) {
            connector.close();
        }
    }
}
