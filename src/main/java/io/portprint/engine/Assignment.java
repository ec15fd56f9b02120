package io.portprint.engine;

import io.portprint.detect.Plan;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.scope.ApprovedEndpoint;
import java.time.Duration;

/**
 * Endpoints that one client wants to know about. The engine asks for them one by one, when their
 * turn comes.
 */
public interface Assignment {

  /** So many endpoints of UDP are examined without a sweep, for all that may be asked of each. */
  int FEW_DATAGRAMS = 1_024;

  /** How many endpoints there are. */
  long size();

  /** The endpoint of an index from 0 to {@link #size()} - 1; cheap. */
  ApprovedEndpoint endpoint(long index);

  /** How many of them are of UDP. */
  long datagrams();

  /**
   * The index of the endpoint that a sweep comes to at a place, both from 0 to {@link #size()} - 1;
   * cheap.
   */
  long sweptAt(long place);

  Plan plan();

  /** Whether open endpoints are to be identified; where not, it is enough that they are open. */
  boolean identifies();

  /** How many turns it has before another one has one; at least 1. */
  int weight();

  /** How old a known fingerprint may be to do; zero for none. */
  Duration maxAge();

  /** The first endpoint's turn has come. Told once, by any thread. */
  void started();

  /** One endpoint is done. Told by any thread, at most once per index. */
  void done(long index, Fingerprint fingerprint);

  /** One endpoint is done, and all that is known is a state: it said nothing. */
  void quiet(long index, State state);

  /**
   * Nothing more will come. Told once, after everything else.
   *
   * @param notProbed endpoints whose turn never came, because the run was cancelled
   */
  void ended(long notProbed);
}
