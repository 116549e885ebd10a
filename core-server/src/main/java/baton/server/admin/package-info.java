/**
 * What operators and their tools ask a server: {@linkplain baton.server.admin.FourLetterWords four-letter words} on the
 * client port, and {@linkplain baton.server.admin.AdminSite pages} on a port of its own: commands, metrics, probes.
 *
 * <p>{@code MetricCatalogue} has what Apache ZooKeeper shows and {@code OwnMetrics} what it does not; {@code Monitored}
 * and {@code PrometheusText} lay both out. {@code ServerText} is for people, {@code AdminCommands} and {@code Json} are
 * for programs; both get all they know from {@code runtime.ServerStatus}.
 *
 * <p>Looks, and resets what was counted, but never changes data. Runs on event loops, so it never waits.
 */
@NullMarked
package baton.server.admin;

import org.jspecify.annotations.NullMarked;
