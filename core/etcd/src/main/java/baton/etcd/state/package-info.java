/**
 * The decisions of the etcd core, without the world: no thread, no clock, no connection.
 *
 * <p>Reading order: {@link baton.etcd.state.Keys} and {@link baton.etcd.state.Nodes} say how nodes lie in etcd, {@link
 * baton.etcd.state.EntryNames} how ordered ones are called; {@link baton.etcd.state.LeaseMachine} decides whether a session
 * lives; {@link baton.etcd.state.Fence} and {@link baton.etcd.state.IssueOrder} what a write may overtake; {@link
 * baton.etcd.state.TxnPlan} turns transactions into etcd's and answers back; {@link baton.etcd.state.TriggerTable} knows who
 * waits for which change.
 *
 * <p>Uses the SPI and the messages of etcd's protocol, which are values. Driven by {@code baton.etcd} on one thread. Not
 * thread-safe, except {@link baton.etcd.state.Trigger}.
 */
@NullMarked
package baton.etcd.state;

import org.jspecify.annotations.NullMarked;
