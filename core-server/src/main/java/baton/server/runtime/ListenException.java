package baton.server.runtime;

import baton.server.config.ListenAddress;
import baton.server.config.WantedPort;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;

/** The server cannot listen where it is told to. The message says where, why, and what helps. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int FIRST_UNPRIVILEGED = 1024;

    private enum Reason {
        TAKEN,
        FORBIDDEN,
        FOREIGN,
        UNKNOWN,
        OTHER;

        // Netty tells the system's words, with an exception of its own around them.
        static Reason of(IOException failure) {
            String words = String.valueOf(failure.getMessage());
            if (failure instanceof UnknownHostException) {
                return UNKNOWN;
            }
            if (words.contains("assign requested address")) {
                return FOREIGN;
            }
            if (words.contains("ermission denied")) {
                return FORBIDDEN;
            }
            return words.contains("in use") || failure.getCause() instanceof BindException ? TAKEN : OTHER;
        }
    }

    private final boolean anotherServer;

    private ListenException(String message, boolean anotherServer, IOException cause) {
        super(message, cause);
        this.anotherServer = anotherServer;
    }

    /** A port cannot be had. */
    static ListenException of(WantedPort port, IOException cause) {
        boolean isOfOperators = port.user() == WantedPort.User.OPERATOR;
        String before = port.user() == WantedPort.User.CLIENT_OF_FIRST ? "--listen or " : "";
        String message = message(
                port.address(), isOfOperators ? " for HTTP" : "", before + port.key(), before + port.hostKey(), cause);
        return new ListenException(message, !isOfOperators && Reason.of(cause) == Reason.TAKEN, cause);
    }

    /**
     * @param portBy what names another port, for people
     * @param hostBy what names another address
     */
    private static String message(
            ListenAddress address, String purpose, String portBy, String hostBy, IOException cause) {
        String where = "cannot listen on " + address + purpose;
        String why = where + ": " + cause.getMessage();
        return switch (Reason.of(cause)) {
            case TAKEN -> why + "; stop what listens there, or name another port by " + portBy;
            case FORBIDDEN ->
                why
                        + (address.port() < FIRST_UNPRIVILEGED
                                ? "; below 1024 this takes CAP_NET_BIND_SERVICE: have it, or name a larger port by "
                                : "; have this machine allow that port, as SELinux may not, or name another by ")
                        + portBy;
            case FOREIGN -> why + "; this machine has no such address: name one that it has by " + hostBy;
            case UNKNOWN -> where + ": nobody here knows that host; name an address of this machine by " + hostBy;
            case OTHER -> why + "; see to that, or name another port by " + portBy + ", another address by " + hostBy;
        };
    }

    /** Says whether it looks as if the server were running already. */
    public boolean isAnotherServer() {
        return anotherServer;
    }
}
