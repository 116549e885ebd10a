package baton.recipes.config;

/**
 * Refuses values that the application could not live with.
 *
 * @param <T> values
 */
@FunctionalInterface
public interface Validator<T> {

    /** @throws RuntimeException if the value is not acceptable; its message becomes the reason */
    void validate(T value);
}
