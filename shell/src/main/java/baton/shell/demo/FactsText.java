package baton.shell.demo;

import baton.core.Payload;
import baton.recipes.Codec;

/** Facts as one line of text, which is how they are stored: digest, lines, words. */
final class FactsText {
    static final Codec<FileFacts> CODEC =
            Codec.of("text/plain; charset=utf-8", facts -> Payload.utf8(format(facts)), data -> parse(data.utf8()));

    private FactsText() {}

    static String format(FileFacts facts) {
        return facts.sha256() + " " + facts.lines() + " " + facts.words();
    }

    /** @throws IllegalArgumentException if the text says no facts */
    static FileFacts parse(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("facts \"" + text + "\": expected digest, lines and words");
        }
        return new FileFacts(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
}
