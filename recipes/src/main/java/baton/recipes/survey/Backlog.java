package baton.recipes.survey;

import baton.core.NodePath;

/**
 * A queue of Curator's: items that anybody may take, and nobody who deals them out.
 *
 * @param items how many wait, at least one
 * @param next the one to be taken first
 */
public record Backlog(int items, NodePath next) {}
