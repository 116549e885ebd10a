package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
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
