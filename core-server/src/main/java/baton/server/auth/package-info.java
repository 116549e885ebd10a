/**
 * Who a client is, and what an access control list lets it do.
 *
 * <p>A connection has {@linkplain baton.server.auth.Identity identities}, which an
 * {@link baton.server.auth.AuthScheme} gave it. {@link baton.server.auth.AccessControl} holds the schemes of the server
 * and answers every question about lists: whether one may be stored, what it allows, and how it is shown.
 * {@link baton.server.auth.Authentication} makes it of the operator's settings, and identities of what clients prove.
 *
 * <p>{@code world} and {@code auth} are not schemes but words that only occur in lists: everybody, and whoever stores the
 * list. Pure and immutable, but for a
 * {@link baton.server.auth.DigestMd5Login}, which belongs to one connection: every thread may use them.
 */
@NullMarked
package baton.server.auth;

import org.jspecify.annotations.NullMarked;
