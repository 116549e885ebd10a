package baton.server.sim.history;

import baton.server.sim.history.Conversation.Receipt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges that no client is answered out of an older state than it has seen, by an answer or an event, over whatever connections
 * and in whatever sessions: rule G-5.
 */
final class OneImage {
    private final Map<String, Receipt> newest = new HashMap<>();

    /** @param conversations those of one client in the order in which it had them */
    void check(List<Conversation> conversations) {
        for (Conversation each : conversations) {
            each.receipts().stream().filter(OneImage::isSeen).forEach(receipt -> seen(each, receipt));
        }
    }

    // Proofs are answered beside all changes, and what was missed is told without the zxid of any.
    private static boolean isSeen(Receipt receipt) {
        return receipt.zxid() > 0 && receipt.watches() == null;
    }

    private void seen(Conversation conversation, Receipt receipt) {
        String client = conversation.client();
        Receipt before = newest.getOrDefault(client, receipt);
        // That events have their own order is for those who know the watches to say.
        Violation.check(
                receipt.answered() == null || receipt.zxid() >= before.zxid(),
                "G-5",
                "%s, in session %x, is given %s, and has seen %s",
                client,
                conversation.session(),
                receipt,
                before);
        newest.put(client, receipt.zxid() >= before.zxid() ? receipt : before);
    }
}
