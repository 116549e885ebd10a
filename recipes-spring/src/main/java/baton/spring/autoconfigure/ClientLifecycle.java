package baton.spring.autoconfigure;

import baton.recipes.CoordinationClient;
import baton.spring.LifecyclePhases;
import baton.spring.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Opens the client's session when the context starts. It is closed with its bean, when everything that uses it has
 * stopped; a context that is stopped and started again keeps its session.
 */
final class ClientLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLifecycle.class);

    private final CoordinationClient client;
    private final BatonProperties.Start settings;
    private final boolean started;
    private boolean opened;
    private boolean running;

    /**
     * For one client.
     *
     * @param started whether its session was opened earlier
     */
    ClientLifecycle(CoordinationClient client, BatonProperties.Start settings, boolean started) {
        this.client = client;
        this.settings = settings;
        this.started = started;
    }

    @Override
    public synchronized void start() {
        running = true;
        if (!opened) {
            opened = true;
            if (!started) {
                client.start();
            }
            await();
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.CLIENT;
    }

    private void await() {
        if (settings.waitFor().isZero() || isConnected()) {
            return;
        }
        String waited = settings.waitFor().toMillis() + " ms";
        String cause =
                client.lastError().map(error -> ": " + error.getMessage()).orElse("");
        if (settings.onTimeout() == BatonProperties.OnTimeout.FAIL) {
            throw new StartRefusedException(
                    "The coordination core was not reached within " + waited + cause + ".",
                    "Start it, correct baton.connect, or let the application start without it:"
                            + " baton.start.on-timeout=continue.");
        }
        LOG.warn("coordination core not reached waited={}{}", waited, cause);
    }

    private boolean isConnected() {
        try {
            return client.blockUntilConnected(settings.waitFor());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
