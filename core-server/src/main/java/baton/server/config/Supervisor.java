package baton.server.config;

import java.util.Map;
import java.util.Optional;

/**
 * What has started the process and wants to hear from it, such as systemd with {@code Type=notify}.
 *
 * @param socket path of the datagram socket it listens on; a leading {@code @} stands for Linux' abstract namespace
 * @param watchdogMillis after how long a silence it takes the server for dead, 0 for never
 */
public record Supervisor(String socket, int watchdogMillis) {
    /** What the environment calls the socket. */
    public static final String SOCKET = "NOTIFY_SOCKET";

    /** Finds it in the environment; empty if nobody wants to hear. */
    public static Optional<Supervisor> of(Map<String, String> environment, long pid) {
        String socket = environment.getOrDefault(SOCKET, "");
        if (!socket.startsWith("/") && !socket.startsWith("@")) {
            return Optional.empty();
        }
        String watched = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        boolean isWatched = watched.equals(Long.toString(pid)) && micros.matches("\\d{1,12}");
        return Optional.of(new Supervisor(
                socket, isWatched ? (int) Math.min(Integer.MAX_VALUE, Long.parseLong(micros) / 1000) : 0));
    }
}
