package baton.shell.console;

import baton.protocol.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A node's data as the shell prints it: as text if it is text, else as a table of hexadecimal bytes, unless told. */
final class DataText {
    private static final int BYTES_PER_ROW = 16;
    private static final String TOP = " ".repeat(9) + "+" + "-".repeat(49) + "+";
    private static final String HEAD = " ".repeat(9) + "|  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |";
    private static final String RULE =
            "+" + "-".repeat(8) + "+" + "-".repeat(49) + "+" + "-".repeat(BYTES_PER_ROW) + "+";

    private DataText() {}

    static String of(@Nullable Bytes data) {
        if (data == null) {
            return "null";
        }
        return isText(data) ? data.utf8() : hexTable(data);
    }

    static String base64(@Nullable Bytes data) {
        return data == null ? "null" : Base64.getEncoder().encodeToString(data.toArray());
    }

    static String hex(@Nullable Bytes data) {
        return data == null ? "null" : hexTable(data);
    }

    /** Two digits for each byte, and nothing else. */
    static String hexDigits(Bytes data) {
        return HexFormat.of().formatHex(data.toArray());
    }

    /** With a line for each value if it is JSON. */
    static String pretty(@Nullable Bytes data) {
        return data != null && isText(data) ? JsonLayout.of(data.utf8()).orElseGet(data::utf8) : of(data);
    }

    /** Whether the bytes are text that a terminal shows as it is. */
    static boolean isText(Bytes data) {
        if (data.utf8().chars().anyMatch(unit -> Character.isISOControl(unit) && "\t\n\r".indexOf(unit) < 0)) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data.unsafeArray()));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    /** Of nothing there is no table. */
    private static String hexTable(Bytes data) {
        if (data.size() == 0) {
            return "";
        }
        StringBuilder table = new StringBuilder();
        table.append(TOP).append('\n').append(HEAD).append('\n').append(RULE).append('\n');
        for (int row = 0; row < data.size(); row += BYTES_PER_ROW) {
            table.append(row(data, row)).append('\n');
        }
        return table.append(RULE).toString();
    }

    private static String row(Bytes data, int start) {
        StringBuilder digits = new StringBuilder();
        StringBuilder letters = new StringBuilder();
        for (int i = start; i < start + BYTES_PER_ROW; i++) {
            boolean present = i < data.size();
            int value = present ? data.at(i) & 0xFF : ' ';
            digits.append(present ? String.format(" %02x", value) : "   ");
            letters.append(!present ? ' ' : value > 0x1F && value < 0x7F ? (char) value : '.');
        }
        return String.format("|%08x|%s |%s|", start, digits, letters);
    }
}
