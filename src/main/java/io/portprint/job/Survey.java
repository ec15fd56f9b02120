package io.portprint.job;

import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedHosts;
import java.util.Arrays;
import java.util.BitSet;
import java.util.PrimitiveIterator;
import java.util.function.Consumer;

/**
 * The results of a job by host, as they stand. Eight bytes for each listed verdict are laid out,
 * and one host's ports at a time; the verdicts themselves are read as they are needed. The time
 * goes with the count of endpoints.
 */
public final class Survey {

  private final Job job;
  private final Verdicts verdicts;
  private final ApprovedHosts hosts;

  Survey(Job job, Verdicts verdicts) {
    this.job = job;
    this.verdicts = verdicts;
    this.hosts = verdicts.endpoints().hosts();
  }

  /** The job as it stood when the survey began. */
  public Job job() {
    return job;
  }

  /** How many different hosts the job has, with verdicts or without. */
  public long hosts() {
    return hosts.size();
  }

  /** The ports of one transport that the job asks for, at whatever host. */
  public BitSet ports(Transport transport) {
    return verdicts.endpoints().ports(transport);
  }

  /**
   * The hosts of which there is a verdict: those asked for by name first, then by address.
   *
   * @throws JobNotFoundException where the job was forgotten meanwhile
   */
  public void forEachHost(Consumer<HostReport> consumer) {
    int size = verdicts.size();
    long[] byHost = byHost();
    int at = 0;
    for (long number = 0; number < hosts.size(); number++) {
      int from = at;
      while (at < size && byHost[at] / size == number) {
        at++;
      }
      HostReport.Builder report = new HostReport.Builder(verdicts);
      PrimitiveIterator.OfLong places = hosts.endpointsOf(number).iterator();
      while (places.hasNext()) {
        long place = places.nextLong();
        if (verdicts.closed(place)) {
          report.closed(verdicts.endpoints().get(place).endpoint());
        }
      }
      for (int i = from; i < at; i++) {
        report.listed((int) (byHost[i] % size));
      }
      report.build().ifPresent(consumer);
    }
  }

  /** The positions of the verdicts, sorted by host: each the host's number times the size, plus. */
  private long[] byHost() {
    long[] keys = new long[verdicts.size()];
    verdicts.forEach(
        (fingerprint, position) ->
            keys[position] =
                Math.addExact(
                    Math.multiplyExact(hosts.numberOf(fingerprint.endpoint()), (long) keys.length),
                    position));
    Arrays.sort(keys);
    return keys;
  }
}
