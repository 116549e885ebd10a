package baton.recipes.config;

import baton.core.NodePath;
import baton.core.Payload;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A configuration of several files, which become current together.
 *
 * @param files by name, at least one and at most {@value #FILES_MAX}; a name is one segment of a path; all of them
 *     together have at most {@link ConfigWatcher#BYTES_MAX} bytes
 */
public record ConfigFiles(SortedMap<String, Payload> files) {
    /** All files of a version are written in one transaction, and those of the smallest store are short. */
    public static final int FILES_MAX = 50;

    private static final NodePath ANYWHERE = NodePath.of("/version");

    public ConfigFiles {
        if (files.isEmpty() || files.size() > FILES_MAX) {
            throw new IllegalArgumentException(files.size() + " files: must be 1 to " + FILES_MAX);
        }
        files.keySet().forEach(ANYWHERE::child);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** @throws IllegalArgumentException if there are too few or too many, or a name is not one of a node */
    public static ConfigFiles of(Map<String, Payload> files) {
        return new ConfigFiles(new TreeMap<>(files));
    }

    public Optional<Payload> file(String name) {
        return Optional.ofNullable(files.get(name));
    }
}
