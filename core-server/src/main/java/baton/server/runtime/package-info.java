/**
 * Threads, queues and clocks: the world in which the machines of the packages below run.
 *
 * <pre>
 *  sockets ── ClientLoop 1..N ──reads──▶ tree
 *     ▲            │ requests (bounded queue)   ▲ applies
 *     │            ▼                            │
 *     │       SequencerAgent ──entries──▶ LogAgent ──durable zxid──▶ SequencerAgent
 *     └────── answers and events, one inbox per loop, woken once per batch ◀──┘
 * </pre>
 *
 * <p>Reading order: {@link baton.server.runtime.ServerRuntime} starts and stops everything;
 * {@code LoopConnection} is one client, confined to its {@code ClientLoop}; {@code SequencerAgent} drives the machine
 * {@link baton.server.request.Sequencer}, whose effects {@code ServerWorld} carries out, through each loop's
 * {@code LoopInbox} and the {@code LogFeed}; {@code Publication} is how a change reaches the
 * readers; {@code LogAgent} groups writes; {@code SnapshotAgent} writes snapshots beside all that. An {@code Agent} is work done in turns by an
 * {@code AgentThread}, which sleeps at its {@code Doorbell} when there is none: an idle server takes no processor time.
 * With a single loop the sequencer has its turns there ({@code AgentOnLoop}), and no hand-over lies between a request and
 * its decision.
 *
 * <p>Back-pressure: requests inside the server are bounded in bytes for each loop and in number in the sequencer's
 * queue. At the bound a loop stops reading from the sockets concerned. Nothing is dropped.
 */
@NullMarked
package baton.server.runtime;

import org.jspecify.annotations.NullMarked;
