package baton.protocol;

/** Bytes written down as hexadecimal digits with spaces between the fields. */
final class Hex {
    private Hex() {}

    static WireReader reader(String spaced) {
        return WireReader.of(bytes(spaced));
    }

    static Bytes bytes(String spaced) {
        return Bytes.hex(spaced.replaceAll("\\s", ""));
    }

    static Bytes written(java.util.function.Consumer<WireWriter> writing) {
        WireWriter out = new WireWriter();
        writing.accept(out);
        return out.toBytes();
    }
}
