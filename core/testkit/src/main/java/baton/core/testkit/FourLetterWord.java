package baton.core.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks a znode server one of its four-letter words on a connection of its own. */
public final class FourLetterWord {
    private static final int TIMEOUT_MILLIS = 5_000;

    private FourLetterWord() {}

    /** The answer; empty if the server cannot be reached or closes without one. */
    public static Optional<String> ask(InetSocketAddress server, String word) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.isEmpty() ? Optional.empty() : Optional.of(answer);
        } catch (IOException unreachable) {
            return Optional.empty();
        }
    }

    /** A number out of the answer to {@code mntr}; empty if the server does not serve that. */
    public static Optional<Long> metric(InetSocketAddress server, String key) {
        return ask(server, "mntr").stream()
                .flatMap(String::lines)
                .map(line -> line.split("\t", 2))
                .filter(parts -> parts.length == 2 && parts[0].equals(key))
                .map(parts -> (long) Double.parseDouble(parts[1].strip()))
                .findFirst();
    }
}
