/**
 * A core over etcd v3.
 *
 * <p>{@link baton.etcd.EtcdCore} is the face, {@link baton.etcd.EtcdAddress} says where; {@link
 * baton.etcd.EtcdCoreProvider} lets an application name it by {@code etcd://}. A session is a lease that the core renews
 * itself; nodes are keys; triggers and subscriptions are watches on one stream for each session. Decisions stand in
 * {@code baton.etcd.state}; here are the link to a member, the streams, and the threads.
 *
 * <p>One thread, the loop, owns everything but connections: it takes calls of the application and answers of etcd one
 * after the other, runs no foreign code and never waits. A second one delivers completions, triggers, changes and what
 * becomes of sessions. A third serves the sockets and only hands over.
 *
 * <p>Only this module knows jetcd, gRPC and Netty's HTTP/2.
 */
@NullMarked
package baton.etcd;

import org.jspecify.annotations.NullMarked;
