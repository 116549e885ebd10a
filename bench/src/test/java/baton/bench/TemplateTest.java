package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Request;
import baton.protocol.RequestHeader;
import baton.protocol.WireReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TemplateTest {

    @Test
    void asksForEveryKeyAndNothingElse() {
        Keys keys = new Keys("/many", 2_003);
        Template any = Template.anyOf(keys, Workload.frame(new Request.GetData(keys.path(0), false)));
        Set<String> known = Set.copyOf(keys.paths().toList());
        Set<String> left = new HashSet<>(known);

        for (int xid = 1; !left.isEmpty(); xid++) {
            Asked asked = Asked.read(any.next(xid));
            assertThat(asked.xid()).isEqualTo(xid);
            assertThat(known).contains(asked.path());
            left.remove(asked.path());
        }
    }

    @Test
    void numbersAreNeverUsedTwice() {
        Template numbered = Template.numbered(Workload.frame(new Request.GetData("/n-000", false)), 3, 3);

        List<String> paths = IntStream.range(0, 12)
                .mapToObj(xid -> Asked.read(numbered.next(xid)).path())
                .toList();

        assertThat(paths).startsWith("/n-000", "/n-001").endsWith("/n-010", "/n-011");
    }

    private record Asked(int xid, String path) {
        static Asked read(byte[] frame) {
            WireReader in = WireReader.of(frame);
            in.int32("length");
            return new Asked(RequestHeader.read(in).xid(), in.string("path"));
        }
    }
}
