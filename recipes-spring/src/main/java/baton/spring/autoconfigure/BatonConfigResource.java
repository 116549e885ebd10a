package baton.spring.autoconfigure;

import baton.spring.config.ConfigImport;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataResource;

/** One node to import, or nothing if Baton is disabled. Equal if the import is. */
final class BatonConfigResource extends ConfigDataResource {
    private final @Nullable ConfigImport what;
    private final @Nullable BootstrapClient client;
    private final Duration atMost;

    BatonConfigResource(ConfigImport what, BootstrapClient client, Duration atMost) {
        super(what.presence() == ConfigImport.Presence.OPTIONAL);
        this.what = what;
        this.client = client;
        this.atMost = atMost;
    }

    private BatonConfigResource() {
        super(true);
        this.what = null;
        this.client = null;
        this.atMost = Duration.ZERO;
    }

    /** What a disabled Baton imports. */
    static BatonConfigResource nothing() {
        return new BatonConfigResource();
    }

    @Nullable
    ConfigImport what() {
        return what;
    }

    @Nullable
    BootstrapClient client() {
        return client;
    }

    Duration atMost() {
        return atMost;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BatonConfigResource resource && Objects.equals(what, resource.what);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(what);
    }

    @Override
    public String toString() {
        return what == null ? "baton: disabled" : what.toString();
    }
}
