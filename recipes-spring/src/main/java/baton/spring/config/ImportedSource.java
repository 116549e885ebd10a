package baton.spring.config;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.EnumerablePropertySource;

/**
 * The property source of one import. It keeps its place in the environment; its content is replaced as a whole, so a
 * reader sees the old or the new one. Safe for use by many threads.
 */
final class ImportedSource extends EnumerablePropertySource<ConfigImport> implements OriginLookup<String> {
    /** Writer: whoever holds this object's lock. */
    private volatile ImportedContent content = ImportedContent.NONE;

    ImportedSource(ConfigImport of) {
        super(of.toString(), of);
    }

    ImportedContent content() {
        return content;
    }

    /** Returns what was there before. */
    synchronized ImportedContent replace(ImportedContent next) {
        ImportedContent before = content;
        content = next;
        return before;
    }

    /** Fills it if it is still empty. */
    synchronized boolean begin(ImportedContent first) {
        if (content != ImportedContent.NONE) {
            return false;
        }
        content = first;
        return true;
    }

    @Override
    public @Nullable Object getProperty(String name) {
        return content.values().get(name);
    }

    @Override
    public boolean containsProperty(String name) {
        return content.values().containsKey(name);
    }

    @Override
    public String[] getPropertyNames() {
        return content.values().keySet().toArray(String[]::new);
    }

    @Override
    public @Nullable Origin getOrigin(String key) {
        return content.origins().get(key);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
