package baton.recipes;

/**
 * A number that grows with every change of owner. Storage that refuses a smaller token than it has seen cannot be
 * harmed by an owner that does not know yet that it was replaced.
 *
 * @param scope names the store and the lock; tokens of different scopes cannot be compared
 * @param value the revision at which the owner's ticket was created
 */
public record FencingToken(String scope, long value) implements Comparable<FencingToken> {

    /** Sixteen hexadecimal digits, which sort as text in the order of the tokens. */
    public String asFixedHex() {
        return String.format("%016x", value);
    }

    /** @throws IllegalArgumentException if the scopes differ */
    @Override
    public int compareTo(FencingToken other) {
        if (!scope.equals(other.scope)) {
            throw new IllegalArgumentException("tokens of different scopes: " + scope + " and " + other.scope);
        }
        return Long.compare(value, other.value);
    }
}
