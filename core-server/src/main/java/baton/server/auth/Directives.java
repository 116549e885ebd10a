package baton.server.auth;

import baton.protocol.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code name=value} list of a DIGEST-MD5 message, where a value may be quoted and then contain anything. */
final class Directives {
    private final String text;
    private int at;

    private Directives(String text) {
        this.text = text;
    }

    /** Reads the list; empty if it is none, or says something twice. */
    static Map<String, String> parse(Bytes token) {
        return new Directives(token.utf8()).read();
    }

    private Map<String, String> read() {
        Map<String, String> values = new LinkedHashMap<>();
        skip();
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                return Map.of();
            }
            String name = text.substring(at, equals).trim();
            at = equals + 1;
            if (at < text.length() && text.charAt(at) == '"') {
                StringBuilder value = new StringBuilder();
                if (!readQuoted(value) || values.put(name, value.toString()) != null) {
                    return Map.of();
                }
            } else if (values.put(name, readPlain()) != null) {
                return Map.of();
            }
            skip();
        }
        return values;
    }

    private void skip() {
        while (at < text.length() && " \t\r\n,".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private String readPlain() {
        int from = at;
        while (at < text.length() && text.charAt(at) != ',') {
            at++;
        }
        return text.substring(from, at).trim();
    }

    private boolean readQuoted(StringBuilder value) {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            if (at < text.length()) {
                value.append(text.charAt(at++));
            }
        }
        at++;
        return at <= text.length();
    }
}
