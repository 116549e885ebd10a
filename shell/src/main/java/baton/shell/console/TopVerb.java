package baton.shell.console;

import baton.client.session.ConnectString;
import baton.client.session.ServerAddress;
import baton.protocol.AddWatchMode;
import baton.protocol.EventType;
import baton.protocol.KeeperState;
import baton.protocol.Request;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code top}: the busiest connections by requests, as the servers count them ({@code cons}), and the busiest paths by
 * changes, as a watch of everything sees them; again every few seconds. Servers do not count reads by path.
 */
final class TopVerb {
    private static final Pattern CONNECTION =
            Pattern.compile("^ ?/?(\\S+?)\\[\\d+]\\(queued=\\d+,recved=(\\d+),.*?sid=(0x[0-9a-f]+)", Pattern.MULTILINE);
    private static final int SHOWN_MAX = 10;
    /** Changes beyond so many in one round are not counted by path. */
    private static final int CHANGES_MAX = 65_536;

    private final ZnodeShell shell;
    private final Duration round;
    private final List<ServerAddress> servers;
    private final BlockingQueue<String> changes = new ArrayBlockingQueue<>(CHANGES_MAX);
    private Map<String, Long> requestsBefore = Map.of();

    private TopVerb(ZnodeShell shell, Duration round, List<ServerAddress> servers) {
        this.shell = shell;
        this.round = round;
        this.servers = servers;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        long rounds = arguments.number("n", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        Duration round = Duration.ofSeconds(arguments.number("d", 2, 1, 3_600));
        String servers = shell.connection().servers();
        String path = arguments.path();
        if (NoZnodes.isMeant(servers)) {
            throw NoZnodes.refusal(path);
        }
        TopVerb top = new TopVerb(shell, round, ConnectString.parse(servers).servers());
        try (Znodes watching = shell.connection().openAlso(servers, top.new Changes())) {
            watching.ask(Znodes.Scope.CHROOT, path, new Request.AddWatch(path, AddWatchMode.PERSISTENT_RECURSIVE));
            top.follow(rounds);
        }
    }

    private void follow(long rounds) throws InterruptedException {
        requestsBefore = requests();
        if (requestsBefore.isEmpty()) {
            shell.output()
                    .note("no server tells who is connected (4lw.commands.whitelist lacks cons): paths are shown only");
        }
        for (long i = 0; i < rounds; i++) {
            Map<String, Long> changed = changesOfARound();
            Map<String, Long> now = requests();
            shell.output().clear();
            shell.output().live(result(busy(now), changed));
            shell.output().flush();
            requestsBefore = now;
        }
    }

    private Map<String, Long> changesOfARound() throws InterruptedException {
        Map<String, Long> changed = new HashMap<>();
        long end = System.nanoTime() + round.toNanos();
        for (long left = round.toNanos(); left > 0; left = end - System.nanoTime()) {
            String path = changes.poll(left, TimeUnit.NANOSECONDS);
            if (path != null) {
                changed.merge(path, 1L, Long::sum);
            }
        }
        return changed;
    }

    /** How many requests each connection has made so far. */
    private Map<String, Long> requests() {
        Map<String, Long> requests = new TreeMap<>();
        for (ServerAddress server : servers) {
            FourLetterWord.ask(server, "cons").ifPresent(answer -> {
                Matcher connection = CONNECTION.matcher(answer);
                while (connection.find()) {
                    requests.put(
                            connection.group(1) + " session " + connection.group(3),
                            Long.parseLong(connection.group(2)));
                }
            });
        }
        return requests;
    }

    private Map<String, Long> busy(Map<String, Long> now) {
        Map<String, Long> made = new HashMap<>();
        now.forEach((who, count) -> made.put(who, count - requestsBefore.getOrDefault(who, 0L)));
        return made;
    }

    private Result result(Map<String, Long> made, Map<String, Long> changed) {
        Paint paint = shell.output().paint();
        double requests =
                perSecond(made.values().stream().mapToLong(Long::longValue).sum());
        double written =
                perSecond(changed.values().stream().mapToLong(Long::longValue).sum());
        String time = LocalTime.now(ZoneId.systemDefault())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        List<String> lines = new ArrayList<>();
        lines.add(paint.title(String.format(
                "%s  %d connections, %.1f requests/s, %.1f changes/s", time, made.size(), requests, written)));
        busiest(made).forEach(each -> lines.add(line(each, "requests/s")));
        busiest(changed).forEach(each -> lines.add(line(each, "changes/s ")));
        return Result.of(String.join(System.lineSeparator(), lines))
                .with("connections", made.size())
                .with("requestsPerSecond", requests)
                .with("changesPerSecond", written)
                .with("busiestConnections", rates(made))
                .with("busiestPaths", rates(changed));
    }

    private String line(Map.Entry<String, Long> entry, String unit) {
        return String.format("%10.1f %s  %s", perSecond(entry.getValue()), unit, entry.getKey());
    }

    private List<Map<String, Object>> rates(Map<String, Long> counts) {
        List<Map<String, Object>> rates = new ArrayList<>();
        busiest(counts)
                .forEach(each -> rates.add(Map.of("who", each.getKey(), "perSecond", perSecond(each.getValue()))));
        return rates;
    }

    private static List<Map.Entry<String, Long>> busiest(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN_MAX)
                .toList();
    }

    private double perSecond(long count) {
        return (double) count / round.toSeconds();
    }

    /** Hears of every change. */
    private final class Changes implements ShellEvents {
        @Override
        public void nodeChanged(EventType type, String path, long zxid) {
            // What is too much is left out: the busiest are seen all the same.
            changes.offer(path);
        }

        @Override
        public void connectionChanged(KeeperState state) {
            // The numbers go on once it is back.
        }

        @Override
        public void noted(String text) {
            shell.output().note(text);
        }
    }
}
