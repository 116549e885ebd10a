/**
 * Who is in a group, and being in it.
 *
 * <p>{@link baton.recipes.membership.GroupMembership} keeps one ephemeral for a member and looks on at all of them. What
 * it sees is a {@link baton.recipes.membership.MembershipView}; changes go to a {@link
 * baton.recipes.membership.MembershipListener}. {@link baton.recipes.membership.GroupMember} is its joining side alone. A view is no lock and the member who joined first is no leader.
 *
 * <p>Layout: {@code path/<member id>}, ephemeral, its data is the member's payload.
 */
@NullMarked
package baton.recipes.membership;

import org.jspecify.annotations.NullMarked;
