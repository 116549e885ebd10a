package baton.shell.console;

import baton.protocol.EventType;
import baton.protocol.KeeperState;

/** Told what happens while nobody asks: watches that fire, and connections that come and go. */
interface ShellEvents {
    /** Zxid of an event that no transaction caused. */
    long NO_ZXID = -1;

    /** A watch fired. Called in the order of the changes. */
    void nodeChanged(EventType type, String path, long zxid);

    /** The connection changed its state. */
    void connectionChanged(KeeperState state);

    /** Something is worth knowing while a command goes on. Called from the thread that asked. */
    void noted(String text);
}
