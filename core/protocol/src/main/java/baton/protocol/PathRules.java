package baton.protocol;

import java.util.Optional;

/**
 * What a znode path may look like.
 *
 * <p>It begins with a slash and, unless it is {@code "/"}, does not end with one; no component is empty, {@code "."} or
 * {@code ".."}; and no UTF-16 code unit is a control character (U+0000-U+001F, U+007F-U+009F), a surrogate or of private
 * use (U+D800-U+F8FF), or one of U+FFF0-U+FFFF. There is no limit on length or depth but that of a frame.
 */
public final class PathRules {
    private PathRules() {}

    public static boolean isValid(String path) {
        return violation(path).isEmpty();
    }

    /** Says what is wrong with the path, in words that fit after "path '/...': ", or returns empty if it is valid. */
    public static Optional<String> violation(String path) {
        if (path.isEmpty()) {
            return Optional.of("must not be empty");
        }
        if (path.charAt(0) != '/') {
            return Optional.of("must begin with /");
        }
        int length = path.length();
        if (length == 1) {
            return Optional.empty();
        }
        if (path.charAt(length - 1) == '/') {
            return Optional.of("must not end with /");
        }
        return scan(path);
    }

    /**
     * Says what is wrong with the path given to a sequential create, whose number is still to be appended: it may end
     * with a slash, and its last component may be {@code "."} or {@code ".."}.
     */
    public static Optional<String> sequentialViolation(String path) {
        return violation(path + "1");
    }

    private static Optional<String> scan(String path) {
        int componentStart = 1;
        for (int i = 1; i < path.length(); i++) {
            char unit = path.charAt(i);
            if (unit == '/') {
                Optional<String> violation = component(path, componentStart, i);
                if (violation.isPresent()) {
                    return violation;
                }
                componentStart = i + 1;
            } else if (isForbidden(unit)) {
                return Optional.of(String.format("must not contain U+%04X, found at index %d", (int) unit, i));
            }
        }
        return component(path, componentStart, path.length());
    }

    private static Optional<String> component(String path, int start, int end) {
        int length = end - start;
        if (length == 0) {
            return Optional.of("must not contain an empty component, found at index " + start);
        }
        boolean dots = length <= 2 && path.charAt(start) == '.' && path.charAt(end - 1) == '.';
        return dots ? Optional.of("must not contain the component " + path.substring(start, end)) : Optional.empty();
    }

    private static boolean isForbidden(char unit) {
        return unit <= 0x1F || unit >= 0x7F && unit <= 0x9F || unit >= 0xD800 && unit <= 0xF8FF || unit >= 0xFFF0;
    }
}
