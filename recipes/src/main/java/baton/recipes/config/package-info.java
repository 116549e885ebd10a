/**
 * Typed configuration that changes while the application runs, and never for the worse.
 *
 * <p>Read {@link baton.recipes.config.ConfigWatcher} and {@link baton.recipes.config.ConfigSnapshot}; who writes
 * configuration wants {@link baton.recipes.config.ConfigPublisher}. {@code SnapshotFile} is the last good value on
 * disk, {@code VersionEntry} what stands in a version's node. Values of several files are {@link
 * baton.recipes.config.ConfigFiles}, written and read by a {@link baton.recipes.config.FilesCodec}.
 */
@NullMarked
package baton.recipes.config;

import org.jspecify.annotations.NullMarked;
