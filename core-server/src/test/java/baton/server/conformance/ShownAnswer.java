package baton.server.conformance;

import baton.protocol.Acl;
import baton.protocol.ClientIdentity;
import baton.protocol.ConnectResponse;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.protocol.WireReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shows what one server says in words that are the same for every server that says the same: sessions have names, times
 * are now or never, and what comes in no particular order is sorted. Zxids stay as they are.
 */
final class ShownAnswer {
    private static final Pattern TIME = Pattern.compile("(ctime|mtime)=(-?\\d+)");
    private static final Pattern OWNER = Pattern.compile("ephemeralOwner=(-?\\d+)");
    private static final long CLOCK_SLACK_MILLIS = 60_000;

    private final long startedAtMillis = System.currentTimeMillis();
    private final Map<Long, String> sessionNames = new HashMap<>();

    ShownAnswer() {
        sessionNames.put(0L, "nobody");
    }

    String connected(ConnectResponse response) {
        String session = name(response.sessionId());
        return "session " + session + " timeout=" + response.timeoutMillis() + " password="
                + response.password().size() + " bytes readOnly=" + response.readOnly() + "/"
                + response.readOnlySent();
    }

    private String name(long sessionId) {
        return sessionNames.computeIfAbsent(sessionId, id -> "session-" + sessionNames.size());
    }

    String event(ReplyHeader header, WireReader in, int size) {
        return "event zxid=" + header.zxid() + " error=" + header.error() + " " + WatchEvent.read(in) + " " + size
                + " bytes";
    }

    String reply(@Nullable OpCode operation, ReplyHeader header, WireReader in, int size) {
        String head = "reply xid=" + header.xid() + " zxid=" + header.zxid() + " error=" + header.error();
        if (operation == OpCode.MULTI_READ && !header.isOk()) {
            // Apache ZooKeeper may send the beginning of an answer that clients must not look at.
            return head;
        }
        head += " " + size + " bytes";
        if (operation == null || !header.isOk()) {
            return head;
        }
        Response response = Response.read(operation, in);
        return head + " " + body(response);
    }

    /** Shows what stands in an answer. */
    String body(Response response) {
        String text = inOrder(response).toString();
        text = TIME.matcher(text).replaceAll(each -> each.group(1) + "=" + time(Long.parseLong(each.group(2))));
        return OWNER.matcher(text)
                .replaceAll(each -> Matcher.quoteReplacement(
                        "ephemeralOwner=" + sessionNames.getOrDefault(owner(each), "unknown")));
    }

    private static long owner(java.util.regex.MatchResult match) {
        return Long.parseLong(match.group(1));
    }

    private String time(long millis) {
        if (millis == 0) {
            return "never";
        }
        long now = System.currentTimeMillis();
        boolean plausible = millis >= startedAtMillis - CLOCK_SLACK_MILLIS && millis <= now + CLOCK_SLACK_MILLIS;
        return plausible ? "now" : Long.toString(millis);
    }

    private static Response inOrder(Response response) {
        if (response instanceof Response.Children children) {
            return new Response.Children(sorted(children.names()));
        }
        if (response instanceof Response.ChildrenWithStat children) {
            return new Response.ChildrenWithStat(sorted(children.names()), children.stat());
        }
        if (response instanceof Response.Ephemerals ephemerals) {
            return new Response.Ephemerals(sorted(ephemerals.paths()));
        }
        if (response instanceof Response.Identities shown) {
            List<ClientIdentity> identities = new ArrayList<>(shown.identities());
            identities.sort(Comparator.comparing(ClientIdentity::toString));
            return new Response.Identities(identities);
        }
        if (response instanceof Response.AclList list) {
            List<Acl> acl = new ArrayList<>(list.acl());
            acl.sort(Comparator.comparing(Acl::toString));
            return new Response.AclList(acl, list.stat());
        }
        if (response instanceof Response.Multi multi) {
            return new Response.Multi(
                    multi.results().stream().map(ShownAnswer::inOrder).toList());
        }
        return response;
    }

    private static MultiResult inOrder(MultiResult result) {
        return result instanceof MultiResult.Done done
                ? new MultiResult.Done(done.type(), inOrder(done.response()))
                : result;
    }

    private static List<String> sorted(List<String> strings) {
        return strings.stream().sorted().toList();
    }
}
