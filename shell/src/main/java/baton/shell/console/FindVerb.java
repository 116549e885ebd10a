package baton.shell.console;

import baton.protocol.Acl;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code find}: prints the paths of a subtree that fit all that was asked for. */
final class FindVerb {
    private final List<Predicate<String>> ofPath = new ArrayList<>();
    private final List<Predicate<Stat>> ofStat = new ArrayList<>();
    private final Optional<Predicate<List<Acl>>> ofAcl;
    private final Unreadable unreadable = new Unreadable();

    private FindVerb(Arguments arguments, Instant now) {
        arguments.value("name").map(FindVerb::glob).ifPresent(ofPath::add);
        arguments.value("regex").map(FindVerb::regex).ifPresent(ofPath::add);
        arguments
                .value("size")
                .map(text -> compared("size", text, FindVerb::bytes))
                .ifPresent(fits -> ofStat.add(stat -> fits.test(stat.dataLength())));
        arguments
                .value("mtime")
                .map(text -> compared("mtime", text, FindVerb::millis))
                .ifPresent(fits -> ofStat.add(stat -> fits.test(now.toEpochMilli() - stat.mtime())));
        arguments
                .value("owner")
                .map(FindVerb::session)
                .ifPresent(owner -> ofStat.add(stat -> stat.ephemeralOwner() == owner));
        if (arguments.has("ephemeral")) {
            ofStat.add(stat -> stat.ephemeralOwner() != 0);
        }
        ofAcl = arguments.value("acl").map(FindVerb::acl);
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        FindVerb wanted = new FindVerb(arguments, Instant.now());
        new Subtree(shell::ask, arguments.path(), wanted.unreadable).forEach(path -> wanted.visit(path, shell));
        wanted.unreadable.tell();
    }

    private void visit(String path, ZnodeShell shell) throws InterruptedException {
        if (!ofPath.stream().allMatch(each -> each.test(path))) {
            return;
        }
        if (!ofStat.isEmpty()) {
            Optional<Response> answer =
                    unreadable.present(path, () -> shell.ask(path, new Request.Exists(path, false)));
            boolean fits = answer.map(found -> ((Response.StatOnly) found).stat())
                    .filter(stat -> ofStat.stream().allMatch(each -> each.test(stat)))
                    .isPresent();
            if (!fits) {
                return;
            }
        }
        if (ofAcl.isPresent() && !fits(path, ofAcl.get(), shell)) {
            return;
        }
        shell.print(Result.of(path).with("path", path));
    }

    private boolean fits(String path, Predicate<List<Acl>> wanted, ZnodeShell shell) throws InterruptedException {
        return unreadable
                .present(path, () -> shell.ask(path, new Request.GetAcl(path)))
                .filter(answer -> wanted.test(((Response.AclList) answer).acl()))
                .isPresent();
    }

    /** Whether an entry fits a pattern with stars, as {@code scheme:id:rights} or without its rights. */
    private static Predicate<List<Acl>> acl(String glob) {
        String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q");
        Predicate<String> fits = Pattern.compile(regex).asMatchPredicate();
        return acl -> acl.stream().anyMatch(entry -> {
            String who = entry.scheme() + ":" + entry.id();
            return fits.test(who) || fits.test(who + ":" + Permission.format(entry.permissions()));
        });
    }

    private static Predicate<String> glob(String glob) {
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            return path -> matcher.matches(Path.of(path.substring(path.lastIndexOf('/') + 1)));
        } catch (PatternSyntaxException wrong) {
            throw new WrongUsageException("-name " + glob + ": " + wrong.getDescription());
        }
    }

    private static Predicate<String> regex(String regex) {
        try {
            return Pattern.compile(regex).asMatchPredicate();
        } catch (PatternSyntaxException wrong) {
            throw new WrongUsageException("-regex " + regex + ": " + wrong.getDescription());
        }
    }

    private static long session(String text) {
        try {
            return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
        } catch (NumberFormatException wrong) {
            throw new WrongUsageException("-owner " + text + ": must be a session such as 0x100002a7b3c0001");
        }
    }

    /** What turns the amount of an option into a number. */
    private interface Unit {
        long amount(long number, String suffix);
    }

    /** {@code +N} is more than, {@code -N} less than, {@code N} exactly. */
    private static LongPredicate compared(String option, String text, Unit unit) {
        String amount = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        String digits = amount.replaceAll("[a-z]*$", "");
        try {
            long bound = unit.amount(Long.parseLong(digits), amount.substring(digits.length()));
            if (text.startsWith("+")) {
                return value -> value > bound;
            }
            return text.startsWith("-") ? value -> value < bound : value -> value == bound;
        } catch (NumberFormatException wrong) {
            throw new WrongUsageException("-" + option + " " + text
                    + ": must be a number, with + or - before it for more or less, and a unit behind it:"
                    + " k or m for sizes, s, m, h or d for times");
        }
    }

    private static long bytes(long number, String suffix) {
        return switch (suffix) {
            case "" -> number;
            case "k" -> number << 10;
            case "m" -> number << 20;
            default -> throw new NumberFormatException(suffix);
        };
    }

    private static long millis(long number, String suffix) {
        return switch (suffix) {
            case "s" -> Duration.ofSeconds(number).toMillis();
            case "m" -> Duration.ofMinutes(number).toMillis();
            case "h" -> Duration.ofHours(number).toMillis();
            case "", "d" -> Duration.ofDays(number).toMillis();
            default -> throw new NumberFormatException(suffix);
        };
    }
}
