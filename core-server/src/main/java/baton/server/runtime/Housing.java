package baton.server.runtime;

import baton.protocol.tls.TlsException;
import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.AdminTls;
import baton.server.config.AdminSettings.MetricsOverTls;
import baton.server.config.Descriptors;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.WantedPort;
import baton.server.transport.ClientInput;
import baton.server.transport.ClientPort;
import baton.server.transport.EventLoops;
import baton.server.transport.EventLoops.Security;
import baton.server.transport.HttpSite;
import baton.server.transport.LastResort;
import baton.server.transport.PortTrial;
import baton.server.transport.SocketIo;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stays while the server in it is put in another's place: the event loops, the ports of clients and of operators, and
 * the certificates in force.
 *
 * <p>Used by one thread at a time, but for {@link #reload}, {@link #adminPort} and what is about preparing.
 */
public final class Housing implements AutoCloseable {
    private static final int LOOPS_MAX = 16;
    private static final int PREPARED_SECONDS_MAX = 10;

    private final List<WantedPort> wanted;
    private final Descriptors descriptors;
    private final LimitSettings limits;
    private final AdminSettings admin;
    private final @Nullable SecurePort secure;
    private final LastResort lastResort;

    // Written by the thread that starts the server.
    private volatile @Nullable TlsThread tls;

    private final OperatorPorts operators;

    /** Made with the first server: the native library for them, if there is one, is loaded beside its data. */
    private @Nullable EventLoops loops;

    /** The ports of clients whom nobody serves, in the order in which they were opened. */
    private final ArrayDeque<ClientPort> vacated = new ArrayDeque<>();

    private final ThreadPoolExecutor preparing;

    // Written by whoever has something prepared.
    private volatile @Nullable Thread preparer;

    /**
     * Makes one with nothing in it yet, whose ports share the descriptors of the process with its files.
     *
     * @param lastResort ends the server that is in it when memory runs out here
     */
    public Housing(ServerSettings settings, Descriptors descriptors, LastResort lastResort) {
        this.lastResort = lastResort;
        this.wanted = WantedPort.of(settings);
        this.descriptors = descriptors;
        this.limits = settings.limits();
        this.admin = settings.admin();
        this.secure = settings.secure();
        this.operators = new OperatorPorts(admin, descriptors.ofOperatorsPort(), lastResort);
        this.preparing = new ThreadPoolExecutor(
                1, 1, PREPARED_SECONDS_MAX, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::preparer);
        preparing.allowCoreThreadTimeOut(true);
    }

    // Up to two processors, one loop leaves the other to the sequencer and the log.
    private static int loopCount(LimitSettings limits) {
        int chosen = limits.eventLoops();
        int processors = Runtime.getRuntime().availableProcessors();
        return chosen > 0 ? chosen : Math.max(1, Math.min(LOOPS_MAX, processors / 2));
    }

    /** Returns what serves clients, of all servers in it one after the other. */
    EventLoops loops() {
        EventLoops made = loops;
        if (made == null) {
            made = new EventLoops(
                    loopCount(limits),
                    SocketIo.of(limits.transport()),
                    descriptors,
                    ServerThreads.ofLoops(ServerThreads.LOOP),
                    lastResort);
            loops = made;
        }
        return made;
    }

    /**
     * Serves clients at an address from now on: at a port that a server before left, if there is one, which had them opened in
     * the same order.
     *
     * @throws IOException if the address cannot be bound
     */
    ClientPort listen(ListenAddress address, Security security, ClientInput.Factory inputs) throws IOException {
        ClientPort left = vacated.poll();
        return left == null
                ? loops().listen(address.resolve(), security, limits, inputs)
                : loops().listenAgain(left, security, limits, inputs);
    }

    /** Cuts off the clients of these ports, and keeps the ports for the next server. */
    void vacate(List<ClientPort> ports) {
        vacated.addAll(ports);
        ports.forEach(ClientPort::vacate);
    }

    private Thread preparer(Runnable work) {
        Thread made = ServerThreads.thread(ServerThreads.RESTORE, work);
        preparer = made;
        return made;
    }

    /**
     * Sees that the ports can be had that there must be. They are opened when there is somebody to answer: whoever starts a server
     * must not wait for all of its data to hear that another has its port, nor clients connect to one that reads it.
     *
     * @throws ListenException if one cannot
     */
    public void requirePorts() throws ListenException {
        for (WantedPort each : wanted) {
            try {
                PortTrial.require(each.address().resolve());
            } catch (IOException e) {
                throw ListenException.of(each, e);
            }
        }
    }

    /**
     * Reads the certificates, if there are any.
     *
     * @throws TlsException naming the file and what is wrong with it
     */
    public void readCertificates() throws TlsException {
        AdminTls adminTls = admin.tls();
        MetricsOverTls metricsTls = admin.secureMetrics();
        if (secure == null && adminTls == null && metricsTls == null) {
            return;
        }
        tls = TlsThread.start(
                Optional.ofNullable(secure).map(SecurePort::tls),
                Optional.ofNullable(adminTls).map(AdminTls::tls),
                Optional.ofNullable(metricsTls).map(MetricsOverTls::tls),
                lastResort);
    }

    /** Returns how TLS is spoken, if it is. */
    Optional<TlsThread> tls() {
        return Optional.ofNullable(tls);
    }

    /**
     * Begins to open the ports of operators, where the site answers until another is shown; what comes of it {@link #show} tells.
     * Certificates are read before.
     */
    public void beginToShow(HttpSite site) {
        operators.beginToShow(site, tls());
    }

    /**
     * Lets the site answer operators from now on, at the ports that it opens if they are not.
     *
     * @throws ListenException if one cannot be had
     */
    void show(HttpSite site) throws ListenException {
        operators.show(site, tls());
    }

    /** Lets a site answer in place of the one that did. */
    public void showInstead(HttpSite site) {
        operators.showInstead(site);
    }

    /**
     * Does what leads to another server in the place of this one, on a thread of its own, one thing after the other. Callable
     * from any thread.
     *
     * @throws CancellationException if the last server stops
     */
    public void prepare(Runnable work) {
        try {
            preparing.execute(work);
        } catch (RejectedExecutionException e) {
            throw stopping();
        }
    }

    /**
     * Goes on, unless the last server stops. Callable from any thread.
     *
     * @throws CancellationException if it does
     */
    public void requireTime() {
        if (preparing.isShutdown()) {
            throw stopping();
        }
    }

    private static CancellationException stopping() {
        return new CancellationException("the server stops");
    }

    /** Waits until nothing is prepared any more, and lets nothing begin. Callable from any thread. */
    public void endPreparing() throws InterruptedException {
        preparing.shutdown();
        if (Thread.currentThread() != preparer) {
            preparing.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        }
    }

    /** Returns the port of the admin server, 0 if there is none. */
    public int adminPort() {
        return operators.port();
    }

    /**
     * Reads the certificates again, and tells what became of them; or nothing at all once this is closed.
     *
     * @param around given the reading, on the thread that does it, or what is nothing if there are none
     */
    public void reload(Consumer<Runnable> around) {
        TlsThread encryption = tls;
        if (encryption == null) {
            around.accept(() -> {});
        } else {
            encryption.reload(around);
        }
    }

    /** Closes the ports of operators: the first thing that ends. */
    public void closePorts() {
        operators.close();
    }

    /** Ends the rest, when nobody is served any more. */
    @Override
    public void close() throws InterruptedException {
        vacated.forEach(ClientPort::close);
        EventLoops made = loops;
        if (made != null) {
            made.close();
        }
        TlsThread encryption = tls;
        if (encryption != null) {
            encryption.close();
        }
    }
}
