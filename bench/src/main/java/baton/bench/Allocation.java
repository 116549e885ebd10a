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

/** Counts the bytes that the threads of another JVM allocate, exactly, through the management agent that it has. */
final class Allocation implements AutoCloseable {
    private static final String[] IDS = {long[].class.getName()};

    private final JMXConnector connector;
    private final MBeanServerConnection beans;
    private final ObjectName threads;

    private Allocation(JMXConnector connector) throws IOException, JMException {
        this.connector = connector;
        beans = connector.getMBeanServerConnection();
        threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
    }

    /** Has the process start its agent and connects to it: one that this process has started itself. */
    @SuppressWarnings("BanJNDI")
    static Allocation of(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return new Allocation(
                        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | JMException failed) {
            throw new IOException("process " + pid + " does not tell what it allocates", failed);
        }
    }

    /** By all threads that live, since they began. */
    long bytes() throws IOException {
        try {
            Object ids = beans.getAttribute(threads, "AllThreadIds");
            Object each = beans.invoke(threads, "getThreadAllocatedBytes", new Object[] {ids}, IDS);
            return LongStream.of((long[]) each).filter(known -> known > 0).sum();
        } catch (JMException failed) {
            throw new IOException("no count of what was allocated", failed);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
