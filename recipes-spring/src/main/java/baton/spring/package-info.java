/**
 * Baton in a Spring Boot application: what all parts of it share.
 *
 * <p>{@link baton.spring.leader} runs methods on the leader only, {@link baton.spring.lock} puts a lock around a method,
 * {@link baton.spring.config} gives configuration that changes while the application runs, {@link baton.spring.guard}
 * holds what leader and lock have in common, and {@link baton.spring.autoconfigure} is the top: it makes the beans.
 */
@NullMarked
package baton.spring;

import org.jspecify.annotations.NullMarked;
