package baton.shell.health;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One question to a server's admin port: exit code 0 if the answer is yes, 1 if it is no or does not come, 2 if the question
 * makes no sense. Uses neither picocli nor a logger, nor anything else that takes time to load.
 */
public final class Probe {
    /** What is asked, and what that stands for. */
    public static final String USAGE =
            "usage: health [--ready | --live | --started] [-server HOST:PORT] [--timeout MILLIS]";

    private static final int YES = 0;
    private static final int NO = 1;
    private static final int USAGE_WRONG = 2;
    private static final int TIMEOUT_DEFAULT_MILLIS = 5_000;
    private static final int TIMEOUT_LAST_MILLIS = 3_600_000;
    private static final int PORT_DEFAULT = 8080;

    private String path = "/readyz";
    private String host = "127.0.0.1";
    private int port = PORT_DEFAULT;
    private int timeoutMillis = TIMEOUT_DEFAULT_MILLIS;

    private Probe() {}

    public static void main(String[] arguments) {
        // The launcher puts the command before what follows it.
        int from = arguments.length > 0 && arguments[0].equals("health") ? 1 : 0;
        String[] own = new String[arguments.length - from];
        System.arraycopy(arguments, from, own, 0, own.length);
        System.exit(run(own, System.out, System.err));
    }

    /** Asks, prints the answer, and returns the exit code. */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        Probe probe = new Probe();
        try {
            if (!probe.take(arguments)) {
                out.println(USAGE);
                return YES;
            }
        } catch (IllegalArgumentException e) {
            err.println("baton health: " + e.getMessage());
            err.println(USAGE);
            return USAGE_WRONG;
        }
        return probe.ask(out, err);
    }

    /** Returns whether there is something to ask, and not only help to print. */
    private boolean take(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--ready" -> path = "/readyz";
                case "--live" -> path = "/livez";
                case "--started" -> path = "/startupz";
                case "-server", "--server" -> takeServer(value(arguments, ++i));
                case "--timeout" -> timeoutMillis = number(value(arguments, ++i), "--timeout", TIMEOUT_LAST_MILLIS);
                case "-h", "--help" -> {
                    return false;
                }
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        return true;
    }

    private static String value(String[] arguments, int at) {
        if (at == arguments.length) {
            throw new IllegalArgumentException(arguments[at - 1] + " needs a value");
        }
        return arguments[at];
    }

    private void takeServer(String address) {
        int colon = address.lastIndexOf(':');
        boolean hasPort = colon > address.lastIndexOf(']');
        host = hasPort ? address.substring(0, colon) : address;
        port = hasPort ? number(address.substring(colon + 1), "-server " + address, 65535) : PORT_DEFAULT;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
    }

    private static int number(String text, String of, int last) {
        int number = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > last) {
            throw new IllegalArgumentException(of + ": '" + text + "' must be a number from 1 to " + last);
        }
        return number;
    }

    private int ask(PrintStream out, PrintStream err) {
        String address = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            String question = "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int bodyAt = answer.indexOf("\r\n\r\n");
            if (!answer.startsWith("HTTP/1.1 ") || bodyAt < 0) {
                err.println("baton health: what listens on " + address + " is no admin server");
                return NO;
            }
            out.println(answer.substring(bodyAt).strip());
            return answer.startsWith("HTTP/1.1 200 ") ? YES : NO;
        } catch (IOException | IllegalArgumentException e) {
            err.println("baton health: the admin server on " + address + " does not answer: " + e.getMessage());
            return NO;
        }
    }
}
