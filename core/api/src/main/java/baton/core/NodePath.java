package baton.core;

import java.nio.charset.StandardCharsets;

/**
 * An absolute slash path that was validated once.
 *
 * <p>No empty segment, no {@code .} or {@code ..}, no control characters, at most {@value #BYTES_MAX} bytes of UTF-8.
 * Relative to the namespace of whoever uses it. Immutable; compares by text.
 */
public final class NodePath implements Comparable<NodePath> {
    public static final int BYTES_MAX = 1024;
    public static final NodePath ROOT = new NodePath("/");

    private final String text;

    private NodePath(String text) {
        this.text = text;
    }

    /**
     * Validates a path.
     *
     * @throws IllegalArgumentException naming the path, what is wrong with it and where
     */
    public static NodePath of(String text) {
        if (text.equals("/")) {
            return ROOT;
        }
        if (!text.startsWith("/")) {
            throw refused(text, "must start with /");
        }
        int start = 1;
        while (start <= text.length()) {
            int end = text.indexOf('/', start);
            if (end < 0) {
                end = text.length();
            }
            checkSegment(text, start, end);
            start = end + 1;
        }
        return checkedLength(text);
    }

    /** The child of this path called {@code name}, which is one segment. */
    public NodePath child(String name) {
        if (name.indexOf('/') >= 0) {
            throw refused(name, "a child name must not contain /");
        }
        checkSegment(name, 0, name.length());
        return checkedLength(isRoot() ? "/" + name : text + "/" + name);
    }

    /** This path followed by another, as a namespace is followed by what lies in it. */
    public NodePath resolve(NodePath below) {
        if (isRoot()) {
            return below;
        }
        return below.isRoot() ? this : checkedLength(text + below.text);
    }

    /** The parent; the root is its own. */
    public NodePath parent() {
        int slash = text.lastIndexOf('/');
        return slash <= 0 ? ROOT : new NodePath(text.substring(0, slash));
    }

    /** The last segment; empty for the root. */
    public String name() {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    public boolean isRoot() {
        return text.length() == 1;
    }

    /** Whether this is {@code other} or lies below it. */
    public boolean isWithin(NodePath other) {
        return other.isRoot()
                || text.equals(other.text)
                || (text.startsWith(other.text) && text.charAt(other.text.length()) == '/');
    }

    private static void checkSegment(String text, int start, int end) {
        if (start == end) {
            throw refused(text, "empty segment at position " + start);
        }
        boolean dot = end - start == 1 && text.charAt(start) == '.';
        boolean dots = end - start == 2 && text.charAt(start) == '.' && text.charAt(start + 1) == '.';
        if (dot || dots) {
            throw refused(text, "relative segment at position " + start);
        }
        for (int at = start; at < end; at++) {
            char c = text.charAt(at);
            if (Character.isISOControl(c) || (c >= '\uf000' && c <= '\uf8ff') || c >= '\ufff0') {
                throw refused(text, String.format("character U+%04X at position %d is not allowed", (int) c, at));
            }
            if (Character.isSurrogate(c)) {
                throw refused(text, "character outside the basic plane at position " + at + " is not allowed");
            }
        }
    }

    private static NodePath checkedLength(String text) {
        if (text.length() > BYTES_MAX / 3 && text.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            throw refused(text, "longer than " + BYTES_MAX + " bytes");
        }
        return new NodePath(text);
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("path \"" + text + "\": " + why);
    }

    @Override
    public int compareTo(NodePath other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodePath path && path.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
