package baton.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class RecordedRatiosTest {
    private final RecordedRatios recorded = recorded("W2.awake", "6.0");

    @Test
    void aSeventhLessIsAsEver() {
        assertEquals("; CPU as recorded, 6.0x", recorded.verdict(Workload.W2, true, 5.15));
        assertEquals("; CPU as recorded, 6.0x", recorded.verdict(Workload.W2, true, 9));
    }

    @Test
    void aFifthLessIsSaid() {
        assertEquals("; CPU HAS FALLEN from the recorded 6.0x, by 20%", recorded.verdict(Workload.W2, true, 4.8));
    }

    @Test
    void ofWhatWasNotRecordedNothingIsSaid() {
        assertEquals("", recorded.verdict(Workload.W2, false, 1));
        assertEquals("", recorded.verdict(Workload.W4, true, 1));
    }

    @Test
    void everyWorkloadIsRecorded() throws IOException {
        RecordedRatios ratios = RecordedRatios.read();

        for (Workload workload : Workload.values()) {
            assertTrue(ratios.verdict(workload, true, 0).contains("HAS FALLEN"), workload.name());
        }
    }

    private static RecordedRatios recorded(String key, String ratio) {
        Properties ratios = new Properties();
        ratios.setProperty(key, ratio);
        return RecordedRatios.of(ratios);
    }
}
