package baton.recipes.queue;

import baton.core.NodePath;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The nodes of one queue.
 *
 * <p>At every revision a task's name exists in exactly one of {@code tasks}, {@code assign/*}, {@code status} and
 * {@code dead}, or in none after it was acknowledged or purged: every move is one transaction.
 *
 * @param root of the queue
 */
record QueueLayout(NodePath root) {

    NodePath election() {
        return root.child("election");
    }

    NodePath master() {
        return root.child("master");
    }

    NodePath workers() {
        return root.child("workers");
    }

    NodePath worker(String id) {
        return workers().child(id);
    }

    NodePath tasks() {
        return root.child("tasks");
    }

    NodePath task(String name) {
        return tasks().child(name);
    }

    NodePath assign() {
        return root.child("assign");
    }

    NodePath assignedTo(String worker) {
        return assign().child(worker);
    }

    NodePath assignment(String worker, String task) {
        return assignedTo(worker).child(task);
    }

    NodePath statuses() {
        return root.child("status");
    }

    NodePath status(String task) {
        return statuses().child(task);
    }

    NodePath deads() {
        return root.child("dead");
    }

    NodePath dead(String task) {
        return deads().child(task);
    }

    NodePath keys() {
        return root.child("keys");
    }

    NodePath key(String hash) {
        return keys().child(hash);
    }

    /** Written by every submit of a strictly bounded queue, so that of two submits that counted alike one fails. */
    NodePath gate() {
        return root.child("gate");
    }

    /** The name of the node that stands for an idempotency key, which may hold any characters. */
    static String hashOf(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
