/** The server, driven by the clients that people have: Apache ZooKeeper's and Curator. */
@NullMarked
package baton.server.conformance;

import org.jspecify.annotations.NullMarked;
