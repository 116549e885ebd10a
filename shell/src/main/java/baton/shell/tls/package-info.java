/**
 * {@code baton tls}: {@link baton.shell.tls.CertificateAuthority} makes certificates for a test or a small site, with the
 * JDK's {@code keytool}; {@link baton.shell.tls.CertificateCheck} says what is wrong with some.
 *
 * <p>A server's directory holds {@code ca.pem}, {@code node.pem} and {@code node.key}, as {@code baton.tls.dir} wants it.
 */
@NullMarked
package baton.shell.tls;

import org.jspecify.annotations.NullMarked;
