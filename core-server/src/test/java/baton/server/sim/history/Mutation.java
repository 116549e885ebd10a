package baton.server.sim.history;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Response;
import baton.server.sim.history.Conversation.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** A small lie about a good history, which no check may let pass. */
public enum Mutation {
    /** An event that was due is left out. */
    EVENT_DROPPED("G-16") {
        @Override
        public boolean apply(History history, IntUnaryOperator below) {
            return atEvent(history, below, (receipts, at) -> receipts.remove(at));
        }
    },
    EVENT_REPEATED("G-16") {
        @Override
        public boolean apply(History history, IntUnaryOperator below) {
            return atEvent(history, below, (receipts, at) -> receipts.add(at, receipts.get(at)));
        }
    },
    /** Two writes happened in each other's place. */
    ZXIDS_SWAPPED("HC-2", "HC-3", "HC-4", "HC-6") {
        @Override
        public boolean apply(History history, IntUnaryOperator below) {
            List<Operation> writes = answered(history, OpCode.Kind.WRITE);
            writes.removeIf(each -> each.request().opCode() == OpCode.SYNC);
            if (writes.size() < 2) {
                return false;
            }
            int at = below.applyAsInt(writes.size() - 1);
            Operation one = writes.get(at);
            Operation other = writes.get(at + 1);
            long zxid = one.zxid();
            retell(one, other.zxid(), one.response());
            retell(other, zxid, other.response());
            return true;
        }
    },
    VALUE_CHANGED("HC-5") {
        @Override
        public boolean apply(History history, IntUnaryOperator below) {
            List<Operation> reads = answered(history, OpCode.Kind.READ);
            reads.removeIf(each -> !(each.response() instanceof Response.Content));
            if (reads.isEmpty()) {
                return false;
            }
            Operation read = reads.get(below.applyAsInt(reads.size()));
            Response.Content content = (Response.Content) read.response();
            retell(read, read.zxid(), new Response.Content(Bytes.utf8("nobody wrote this"), content.stat()));
            return true;
        }
    };

    private interface Change {
        void at(List<Receipt> receipts, int index);
    }

    private final Set<String> rules;

    Mutation(String... rules) {
        this.rules = Set.of(rules);
    }

    /** The rules of which one must refuse the history. */
    public Set<String> rules() {
        return rules;
    }

    /**
     * Lies about the history.
     *
     * @param below draws a number from 0 to its argument, without it
     * @return false if there is nothing in it to lie about
     */
    public abstract boolean apply(History history, IntUnaryOperator below);

    // Of the last frames that a connection brought nobody can say whether more was due, nor does a look at the server
    // tell.
    private static boolean atEvent(History history, IntUnaryOperator below, Change change) {
        List<Runnable> changes = new ArrayList<>();
        for (Conversation each : history.conversations()) {
            List<Receipt> receipts = each.receipts();
            long lastZxid = 0;
            for (int i = receipts.size() - 1; i >= 0; i--) {
                int at = i;
                Receipt receipt = receipts.get(i);
                if (receipt.answered() != null) {
                    lastZxid = Math.max(lastZxid, receipt.zxid());
                } else if (receipt.event() != null && receipt.zxid() > 0 && receipt.zxid() <= lastZxid) {
                    changes.add(() -> change.at(receipts, at));
                }
            }
        }
        if (!changes.isEmpty()) {
            changes.get(below.applyAsInt(changes.size())).run();
        }
        return !changes.isEmpty();
    }

    private static List<Operation> answered(History history, OpCode.Kind kind) {
        List<Operation> found = new ArrayList<>(history.operations());
        found.removeIf(each -> !each.isAnswered()
                || each.error() != 0
                || each.request().opCode().kind() != kind);
        return found;
    }

    private static void retell(Operation operation, long zxid, Response response) {
        operation.returned(new ReplyHeader(operation.xid(), zxid, ErrorCode.OK), response, operation.returned());
    }
}
