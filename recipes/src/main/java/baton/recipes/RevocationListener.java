package baton.recipes;

/**
 * Hears that somebody asks to let go.
 *
 * <p>Runs on the executor it was given with, once for each request, in order. Letting go is up to the holder: finish what
 * cannot wait, then release. A request reaches a connected holder within a second; one that is cut off hears of it when
 * it is back.
 *
 * @param <T> what is asked for
 */
@FunctionalInterface
public interface RevocationListener<T> {
    void revocationRequested(T holder, RevocationRequest request);
}
