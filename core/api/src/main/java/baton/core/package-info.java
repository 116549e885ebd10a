/**
 * The service provider interface between recipes and a coordination core.
 *
 * <p>A recipe needs few things of a store that several processes share: sessions that end when their owner dies,
 * nodes that vanish with their session, an order of arrival, compare-and-write, small transactions, and word of
 * changes. This package names exactly those. A znode tree and etcd can both honour them; it is not the ZooKeeper
 * API under another name.
 *
 * <p>Reading order: {@link baton.core.CoordinationCore} opens a {@link baton.core.CoreSession}; its operations take
 * {@link baton.core.NodePath}, {@link baton.core.CreateSpec}, {@link baton.core.Expect} and {@link baton.core.Txn}
 * and give {@link baton.core.Node}, {@link baton.core.NodeStat} and {@link baton.core.Listing}; changes arrive at
 * {@link baton.core.TriggerSink} (once) or {@link baton.core.ChangeSink} (until closed); what goes wrong is a
 * {@link baton.core.CoordinationException}.
 *
 * <p>An application names its store by an address; {@link baton.core.CoreProvider} is how a module that has a core takes
 * part in that.
 *
 * <p>Depends on the JDK alone. Recipes drive it; cores implement it; the contract tests in {@code baton.core.testkit}
 * tell an implementer when they are done.
 */
@NullMarked
package baton.core;

import org.jspecify.annotations.NullMarked;
