package baton.shell.console;

import baton.client.TlsOptions;
import baton.protocol.Bytes;
import baton.protocol.Request;
import java.time.Duration;

/**
 * How a shell connects and how it prints.
 *
 * @param target where it connects
 * @param form of the results
 * @param paint colours, if they go to a terminal
 * @param content how {@code get} prints data if it is not told
 * @param care what is needed to change something
 * @param badge what the prompt begins with
 */
public record ShellSettings(Target target, Form form, Paint paint, Content content, Care care, Badge badge) {
    /** What {@code zkCli.sh} asks for. */
    public static final Duration SESSION_TIMEOUT_DEFAULT = Duration.ofSeconds(30);

    /** The form of what is printed. */
    public enum Form {
        /** For people, and for scripts that know Apache's shell. */
        TEXT,
        /** One object a line for each result. */
        JSON
    }

    /** How data that was asked for is printed. */
    public enum Content {
        /** As text or as a table of bytes, ended by a line end. */
        LINES,
        /** The bytes and nothing else: for one {@code get} whose output goes to a file or pipe. */
        BARE
    }

    /** What is needed to change something. */
    public enum Care {
        /** A person is asked before much is deleted. */
        USUAL,
        /** Nothing that is there is deleted, moved or replaced without {@code --yes}; what is new needs none. */
        EXPLICIT,
        /** Nothing is changed. */
        READ_ONLY
    }

    /**
     * Tells at a prompt which ensemble it is.
     *
     * @param name empty for none
     */
    public record Badge(String name, Paint.Hue hue) {
        static final Badge NONE = new Badge("", Paint.Hue.NONE);
    }

    /** Returns settings for text without colours. */
    public static ShellSettings of(String servers) {
        return new ShellSettings(
                Target.of(servers, SESSION_TIMEOUT_DEFAULT),
                Form.TEXT,
                Paint.PLAIN,
                Content.LINES,
                Care.USUAL,
                Badge.NONE);
    }

    public String servers() {
        return target.servers();
    }

    public ShellSettings withSessionTimeout(Duration timeout) {
        return with(target.withSessionTimeout(timeout));
    }

    public ShellSettings withTls(TlsOptions options) {
        return with(target.withTls(options));
    }

    /** Proves one more identity to the server before anything else. */
    public ShellSettings withIdentity(String scheme, Bytes proof) {
        return with(target.with(new Request.Auth(0, scheme, proof)));
    }

    /** Has commands wait at least so long for the first connection. */
    public ShellSettings withPatience(Duration atLeast) {
        return with(target.withPatience(atLeast));
    }

    /** Puts up with a server that has no quorum, where nothing can be changed, if no other is to be had. */
    public ShellSettings withReadOnlyServers() {
        return with(target.withReadOnlyServers());
    }

    public ShellSettings withForm(Form other) {
        return new ShellSettings(target, other, paint, content, care, badge);
    }

    public ShellSettings withColours() {
        return new ShellSettings(target, form, Paint.COLOURED, content, care, badge);
    }

    public ShellSettings withBareContent() {
        return new ShellSettings(target, form, paint, Content.BARE, care, badge);
    }

    public ShellSettings withCare(Care other) {
        return new ShellSettings(target, form, paint, content, other, badge);
    }

    public ShellSettings withBadge(String name, Paint.Hue hue) {
        return new ShellSettings(target, form, paint, content, care, new Badge(name, hue));
    }

    private ShellSettings with(Target other) {
        return new ShellSettings(other, form, paint, content, care, badge);
    }
}
