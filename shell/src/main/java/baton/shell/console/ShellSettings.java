package baton.shell.console;

import java.time.Duration;

/**
 * How a shell connects and how it prints.
 *
 * @param servers {@code host[:port],...[/chroot]}, or {@code etcd://host[:port],...[/namespace]}
 * @param sessionTimeout to ask for, from 1 ms to 24 hours
 * @param form of the results
 * @param paint colours, if they go to a terminal
 */
public record ShellSettings(String servers, Duration sessionTimeout, Form form, Paint paint) {
    /** What {@code zkCli.sh} asks for. */
    public static final Duration SESSION_TIMEOUT_DEFAULT = Duration.ofSeconds(30);

    /** The form of what is printed. */
    public enum Form {
        /** For people, and for scripts that know Apache's shell. */
        TEXT,
        /** One object a line for each result. */
        JSON
    }

    /** Returns settings for text without colours. */
    public static ShellSettings of(String servers) {
        return new ShellSettings(servers, SESSION_TIMEOUT_DEFAULT, Form.TEXT, Paint.PLAIN);
    }

    public ShellSettings withSessionTimeout(Duration timeout) {
        return new ShellSettings(servers, timeout, form, paint);
    }

    public ShellSettings withForm(Form other) {
        return new ShellSettings(servers, sessionTimeout, other, paint);
    }

    public ShellSettings withColours() {
        return new ShellSettings(servers, sessionTimeout, form, Paint.COLOURED);
    }
}
