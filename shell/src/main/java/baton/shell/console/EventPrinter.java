package baton.shell.console;

import baton.protocol.EventType;
import baton.protocol.KeeperState;
import java.util.function.Consumer;

/** Prints the events of sessions, on their threads, unless they are not wanted. */
final class EventPrinter implements ShellEvents {
    private final Output output;

    // Read by the client's thread. Writer: the main thread.
    private volatile Consumer<String> nodePrinter;
    private volatile Consumer<String> connectionPrinter = text -> {};
    private volatile Runnable stateDrawer = () -> {};
    private volatile boolean on = true;

    EventPrinter(Output output) {
        this.output = output;
        this.nodePrinter = output::line;
    }

    /**
     * Has all events printed by this, those of the connection too, which are not printed otherwise.
     *
     * @param drawer shows the state of the connection anew, where no event is printed
     */
    void printWith(Consumer<String> printer, Runnable drawer) {
        nodePrinter = printer;
        connectionPrinter = printer;
        stateDrawer = drawer;
    }

    boolean isOn() {
        return on;
    }

    void turn(boolean other) {
        on = other;
    }

    @Override
    public void nodeChanged(EventType type, String path, long zxid) {
        if (on) {
            nodePrinter.accept(output.shown(EventText.of(KeeperState.SYNC_CONNECTED, type, path, zxid)));
        }
    }

    @Override
    public void connectionChanged(KeeperState state) {
        if (on) {
            connectionPrinter.accept(output.shown(EventText.of(state, EventType.NONE, null, NO_ZXID)));
        } else {
            stateDrawer.run();
        }
    }

    @Override
    public void noted(String text) {
        output.note(text);
    }
}
