package baton.shell.console;

import baton.client.session.ServerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks one server something about itself, on a connection of its own. */
final class FourLetterWord {
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int ANSWER_BYTES_MAX = 4 << 20;
    private static final String REFUSED = "is not executed because it is not in the whitelist";

    private FourLetterWord() {}

    /** Returns the answer; empty if the server cannot be reached, or does not answer that. */
    static Optional<String> ask(ServerAddress server, String word) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            byte[] answer = socket.getInputStream().readNBytes(ANSWER_BYTES_MAX);
            return Optional.of(new String(answer, StandardCharsets.UTF_8))
                    .filter(text -> !text.isEmpty() && !text.contains(REFUSED));
        } catch (IOException unreachable) {
            return Optional.empty();
        }
    }
}
