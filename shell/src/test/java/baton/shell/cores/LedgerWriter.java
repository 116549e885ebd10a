package baton.shell.cores;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Who writes into a {@link TokenLedger} of another process. Not safe for use by many threads. */
final class LedgerWriter implements AutoCloseable {
    static final String TAKEN = "taken";

    private final Socket socket;
    private final BufferedReader answers;

    LedgerWriter(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Writes an entry and waits for the answer, however long that takes. */
    String write(long pid, long token) throws IOException {
        socket.getOutputStream().write((pid + " " + token + "\n").getBytes(StandardCharsets.US_ASCII));
        return String.valueOf(answers.readLine());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
