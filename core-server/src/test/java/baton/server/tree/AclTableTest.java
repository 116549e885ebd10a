package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Permission;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AclTableTest {
    private final AclTable table = new AclTable();

    @Test
    void aListIsKeptOnceForAllWhoUseIt() {
        AclEntry first = table.use(List.of(new Acl(1, "digest", "Aa:x"), new Acl(2, "digest", "b:x")));
        AclEntry other = table.use(List.of(new Acl(1, "digest", "BB:x"), new Acl(2, "digest", "b:x")));
        AclEntry shorter = table.use(List.of(new Acl(1, "digest", "Aa:x")));

        assertThat(table.use(List.of(new Acl(1, "digest", "Aa:x"), new Acl(2, "digest", "b:x"))))
                .isSameAs(first);
        assertThat(List.of(first, other, shorter)).doesNotHaveDuplicates();
        assertThat(table.resolvedEntries()).containsExactly(first, other, shorter);
    }

    @Test
    void aListThatNobodyUsesAnyMoreIsForgotten() {
        AclEntry entry = table.use(Acl.READ_ONLY);
        table.use(Acl.READ_ONLY);

        table.release(entry);
        assertThat(table.use(Acl.READ_ONLY)).isSameAs(entry);
        table.release(entry);
        table.release(entry);

        assertThat(table.resolvedEntries()).isEmpty();
        assertThat(table.use(Acl.READ_ONLY)).isNotSameAs(entry);
    }

    @Test
    void anybodyIsLetDoWhatAnyEntryOfTheWorldSays() {
        AclEntry entry = table.use(List.of(
                new Acl(Permission.READ, "world", "anyone"),
                new Acl(Permission.ALL, "digest", "anyone"),
                new Acl(Permission.ALL, "world", "somebody"),
                new Acl(Permission.CREATE, "world", "anyone")));

        assertThat(entry.lets(Permission.READ)).isTrue();
        assertThat(entry.lets(Permission.CREATE)).isTrue();
        assertThat(entry.lets(Permission.READ | Permission.ADMIN)).isTrue();
        assertThat(entry.lets(Permission.WRITE)).isFalse();
        assertThat(AclEntry.OPEN.lets(Permission.ADMIN)).isTrue();
    }

    @Test
    void aListTakesMemoryOnceAndAsLongAsSomebodyUsesIt() {
        List<Acl> longer = List.of(new Acl(1, "ip", "10.0.0.1"), new Acl(1, "ip", "10.0.0.2"));
        AclEntry first = table.use(longer);
        assertThat(table.memoryBytes())
                .isEqualTo(AclEntry.memoryBytes(longer))
                .isGreaterThan(AclEntry.memoryBytes(longer.subList(0, 1)));
        table.use(longer);
        table.use(Acl.OPEN);
        assertThat(table.memoryBytes()).isEqualTo(AclEntry.memoryBytes(longer));

        table.release(first);
        assertThat(table.memoryBytes()).isEqualTo(AclEntry.memoryBytes(longer));
        table.release(first);

        assertThat(table.memoryBytes()).isZero();
    }

    /** Snapshots of others may hold the same number twice, the same list twice, and lists that no node has. */
    @Test
    void whatASnapshotHoldsTooOftenIsCountedOnceAndGivenBack() {
        List<Acl> other = List.of(new Acl(1, "ip", "10.0.0.1"));
        table.restore(5, other);
        table.restore(5, Acl.READ_ONLY);
        table.restore(6, Acl.READ_ONLY);
        table.restore(7, other);
        AclEntry used = table.useRestored(5);
        AclEntry unresolved = table.useRestored(9);

        table.dropUnused();
        assertThat(table.memoryBytes())
                .isEqualTo(AclEntry.memoryBytes(used.list()) + AclEntry.memoryBytes(unresolved.list()));
        table.release(used);
        table.release(unresolved);

        assertThat(table.memoryBytes()).isZero();
    }

    /** Clients choose them. */
    @Test
    void listsOfOneHashCodeAreFoundByFewComparisons() {
        List<LookedAt> lists = new ArrayList<>();
        for (int i = 0; i < 1 << 12; i++) {
            lists.add(new LookedAt(ofOneHashCode(i)));
        }
        assertThat(lists.stream().map(LookedAt::hashCode).distinct()).hasSize(1);

        lists.forEach(table::use);

        assertThat(lists.stream().mapToLong(each -> each.looks).sum() / lists.size())
                .isLessThan(50);
    }

    /** A list of one entry that counts how often it is looked at. */
    private static final class LookedAt extends AbstractList<Acl> {
        private final Acl entry;
        private long looks;

        LookedAt(Acl entry) {
            this.entry = entry;
        }

        @Override
        public Acl get(int index) {
            looks++;
            return entry;
        }

        @Override
        public int size() {
            return 1;
        }
    }

    /** Twelve times one of two that are alike to {@link String#hashCode}. */
    private static Acl ofOneHashCode(int number) {
        StringBuilder id = new StringBuilder();
        for (int bit = 0; bit < 12; bit++) {
            id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return new Acl(1, "digest", id.append(":x").toString());
    }
}
