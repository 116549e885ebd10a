package baton.server.request;

import baton.server.auth.Identity;
import baton.server.session.Allowance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps any one identity from letting the tree grow faster than its {@link GrowthBudget}.
 *
 * <p>All identities of a client pay for what it makes, its address among them, so that inventing new ones is of no use.
 *
 * <p>Nothing of it is stored, and nothing given back for what is deleted: nodes do not say who made them (decision 18). It
 * bounds how fast somebody can fill a server, not how full; that is what quotas of subtrees are for.
 */
final class IdentityGrowth {
    /** Beyond that, who has made nothing for longest has accounts like new. */
    private static final int IDENTITIES_MAX = 10_000;

    private record Accounts(
            @Nullable Allowance nodes, @Nullable Allowance bytes) {
        boolean areLeft(long nowMillis) {
            return (nodes == null || nodes.isLeft(nowMillis)) && (bytes == null || bytes.isLeft(nowMillis));
        }

        void use(int moreNodes, long moreBytes) {
            if (nodes != null) {
                nodes.use(moreNodes);
            }
            if (bytes != null) {
                bytes.use(moreBytes);
            }
        }
    }

    private final GrowthBudget budget;
    private final Map<Identity, Accounts> accounts = new LinkedHashMap<>();

    IdentityGrowth(GrowthBudget budget) {
        this.budget = budget;
    }

    /** Says whether somebody with the identities may let the tree grow now, and puts it to their accounts if so. */
    boolean admits(List<Identity> identities, int nodes, long bytes, long nowMillis) {
        boolean grows = nodes > 0 || bytes > 0;
        if (!grows || budget.equals(GrowthBudget.UNBOUNDED) || isSuper(identities)) {
            return true;
        }
        for (Identity each : identities) {
            if (!accountsOf(each, nowMillis).areLeft(nowMillis)) {
                return false;
            }
        }
        identities.forEach(each -> accountsOf(each, nowMillis).use(nodes, bytes));
        return true;
    }

    private static boolean isSuper(List<Identity> identities) {
        return identities.stream().anyMatch(each -> each.scheme().equals(Identity.SUPER));
    }

    // Whoever is looked up goes to the end: the first has made nothing for longest.
    private Accounts accountsOf(Identity identity, long nowMillis) {
        Accounts found = accounts.remove(identity);
        Accounts kept = found == null
                ? new Accounts(
                        allowance(budget.nodesPerMinute(), nowMillis), allowance(budget.bytesPerMinute(), nowMillis))
                : found;
        accounts.put(identity, kept);
        if (accounts.size() > IDENTITIES_MAX) {
            accounts.remove(accounts.keySet().iterator().next());
        }
        return kept;
    }

    private static @Nullable Allowance allowance(long perMinute, long nowMillis) {
        return perMinute == 0 ? null : new Allowance(perMinute, nowMillis);
    }
}
