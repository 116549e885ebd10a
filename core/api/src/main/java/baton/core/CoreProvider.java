package baton.core;

/**
 * Makes the cores of one module, for {@link CoordinationCore#connect(String)}.
 *
 * <p>Found by {@link java.util.ServiceLoader}: a module that brings a core lists its provider in {@code
 * META-INF/services/baton.core.CoreProvider}. It needs a constructor without parameters.
 */
public interface CoreProvider {
    /** What the addresses begin with, before {@code ://}. */
    String scheme();

    /**
     * Makes a core. Connects to nothing yet.
     *
     * @param address with its scheme
     * @throws IllegalArgumentException saying what is wrong with the address, or which part of {@code access} this core
     *     cannot honour
     */
    CoordinationCore connect(String address, CoreAccess access);
}
