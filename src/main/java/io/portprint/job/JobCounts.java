package io.portprint.job;

/**
 * How far a job is, in endpoints.
 *
 * @param endpoints all of them
 * @param done those with a verdict; the sum of the six states that follow
 * @param openOrFiltered silent over UDP
 * @param notProbed cut off by a cancellation or a deadline
 * @param identified open ones whose protocol is known
 * @param impostors open ones that were caught pretending
 * @param dropped verdicts that were counted but not kept, because the results of all jobs reached
 *     their bound in memory
 */
public record JobCounts(
    long endpoints,
    long done,
    long open,
    long closed,
    long filtered,
    long openOrFiltered,
    long unreachable,
    long notProbed,
    long identified,
    long impostors,
    long dropped) {}
