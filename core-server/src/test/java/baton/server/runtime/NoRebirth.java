package baton.server.runtime;

import baton.server.storage.Replacement;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Of a server that stays what it is, and may prepare for something else. */
public final class NoRebirth implements Rebirth {
    private final Consumer<Runnable> preparing;

    /** @param preparing does what is to be prepared, or throws what {@link Rebirth#prepare} does */
    public NoRebirth(Consumer<Runnable> preparing) {
        this.preparing = preparing;
    }

    @Override
    public void prepare(Runnable work) {
        preparing.accept(work);
    }

    @Override
    public void requireTime() {}

    @Override
    public void from(Replacement replacement) {
        throw new CancellationException();
    }

    @Override
    public void lookAt(Throwable failure) {}

    @Override
    public OptionalLong lastAtNanos() {
        return OptionalLong.empty();
    }
}
