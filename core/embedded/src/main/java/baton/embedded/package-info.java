/**
 * A coordination core that needs nothing else: {@link baton.embedded.EmbeddedCore} is a server in this process, spoken to
 * by the ordinary client.
 *
 * <p>So whatever works here works over the network: protocol, client and server are the same, only the distance differs.
 */
@NullMarked
package baton.embedded;

import org.jspecify.annotations.NullMarked;
