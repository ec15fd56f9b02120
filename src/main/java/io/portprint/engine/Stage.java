package io.portprint.engine;

/** A line whose endpoints take a place for conversations when their turn comes. */
sealed interface Stage extends Turns.Line permits Run.Finds, Errand {}
