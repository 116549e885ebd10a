/**
 * The settings of a server: immutable, checked once, complete.
 *
 * <p>Reading order: {@link baton.server.config.ServerSettings} is what the other packages see; it is made of
 * {@link baton.server.config.ListenAddress}, {@link baton.server.config.StorageSettings},
 * {@link baton.server.config.SessionSettings}, {@link baton.server.config.LimitSettings},
 * {@link baton.server.config.FeatureSettings} and {@link baton.server.config.WordAccess}, each of which refuses values
 * out of its range. {@link baton.server.config.ConfigFile} makes one from a {@code zoo.cfg}, and
 * {@link baton.server.config.ConfigException} holds everything that is wrong with it.
 *
 * <p>Reads the one file it is given and looks at what that names; properties of the process and environment are handed
 * in as {@link baton.server.config.ConfigSources}.
 */
@NullMarked
package baton.server.config;

import org.jspecify.annotations.NullMarked;
