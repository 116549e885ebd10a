package baton.protocol.tls;

/** Keys or certificates cannot be used. The message is one line that names the file and what is wrong with it. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    public TlsException(String message, Throwable cause) {
        super(message, cause);
    }

    public TlsException(String message) {
        super(message);
    }
}
