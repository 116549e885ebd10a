/**
 * Configuration that changes while the application runs.
 *
 * <p>A record that carries {@link baton.spring.config.CoordinatedConfig} is bound to a node; {@link
 * baton.spring.config.Live} gives its newest good value, {@link baton.spring.config.ConfigListener} methods hear of
 * changes, {@link baton.spring.config.ConfigRejectedEvent} tells of values that were refused. {@link
 * baton.spring.config.CoordinatedConfigRegistrar} finds the records, {@link baton.spring.config.LiveNode} is the bean
 * behind each, {@link baton.spring.config.DocumentBinder} turns a node's document into a record as Boot does with its
 * own files.
 */
@NullMarked
package baton.spring.config;

import org.jspecify.annotations.NullMarked;
