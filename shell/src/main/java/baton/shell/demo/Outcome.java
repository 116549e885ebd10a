package baton.shell.demo;

import java.util.List;
import java.util.Optional;

/**
 * The final record of one task, as the client got it.
 *
 * @param task name of the task
 * @param file the file it was about
 * @param facts what was found out; empty if the task failed
 * @param error why it failed; empty if it did not
 * @param worker who ended it
 * @param attempts how often it was handed out
 */
record Outcome(String task, String file, Optional<FileFacts> facts, String error, String worker, int attempts) {
    List<String> fields() {
        return List.of(task, file, facts.map(FactsText::format).orElse(""), error, worker, Integer.toString(attempts));
    }

    static Outcome of(List<String> fields) {
        String facts = fields.get(2);
        return new Outcome(
                fields.get(0),
                fields.get(1),
                facts.isEmpty() ? Optional.empty() : Optional.of(FactsText.parse(facts)),
                fields.get(3),
                fields.get(4),
                Integer.parseInt(fields.get(5)));
    }
}
