/**
 * Learns a fingerprint from repeated conversations: which trials to make ({@link
 * io.portprint.capture.learning.MutationPlan}), what each bit of the answers is ({@link
 * io.portprint.capture.learning.Learner}), and a candidate that asks and recognises ({@link
 * io.portprint.capture.learning.Candidate}). Pure functions over bytes; whoever calls them holds
 * the conversations.
 */
@NullMarked
package io.portprint.capture.learning;

import org.jspecify.annotations.NullMarked;
