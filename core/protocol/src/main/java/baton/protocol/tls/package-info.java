/**
 * Keys and certificates as both ends of a connection read them: {@link baton.protocol.tls.StoreFile} names files,
 * {@link baton.protocol.tls.PemText} understands one of their formats, {@link baton.protocol.tls.Secret} is a password
 * that nobody prints by accident.
 *
 * <p>Nothing of sockets here: what is made of the files are the JDK's own factories of keys and of trust. Unlike the rest
 * of the module this package reads files.
 */
@NullMarked
package baton.protocol.tls;

import org.jspecify.annotations.NullMarked;
