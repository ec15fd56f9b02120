package io.portprint.scope;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Name lookups that end in time. Each runs on a virtual thread of its own and is abandoned when its
 * time is up; until it returns it keeps one of a fixed number of places, so a resolver that hangs
 * costs refusals, never threads without bound.
 */
final class Lookups {

  static final int PLACES = 64;

  private static final String REMEDY = "check the name, or write the address";

  private final HostResolver resolver;
  private final Duration eachWithin;
  private final Duration allWithin;
  private final Semaphore places = new Semaphore(PLACES);

  private record Lookup(String field, String name, FutureTask<List<InetAddress>> task, long end) {}

  Lookups(HostResolver resolver, Duration eachWithin, Duration allWithin) {
    this.resolver = resolver;
    this.eachWithin = eachWithin;
    this.allWithin = allWithin;
  }

  /**
   * When all lookups of a request that comes now have to be done, as {@link System#nanoTime} tells
   * the time.
   */
  long end() {
    return System.nanoTime() + allWithin.toNanos();
  }

  /**
   * The addresses of each name, in the resolver's order. The keys are names, the values the fields
   * they stood in.
   */
  Map<String, List<Ip>> resolve(Map<String, String> fields, long end) {
    List<Lookup> lookups = new ArrayList<>(fields.size());
    Map<String, List<Ip>> found = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> one : fields.entrySet()) {
        lookups.add(begin(one.getValue(), one.getKey(), end));
      }
      for (Lookup lookup : lookups) {
        found.put(lookup.name, finish(lookup));
      }
      return found;
    } finally {
      lookups.forEach(lookup -> lookup.task.cancel(true));
    }
  }

  private Lookup begin(String field, String name, long end) {
    long now = System.nanoTime();
    long mine = Math.min(eachWithin.toNanos(), end - now);
    try {
      if (!places.tryAcquire(mine, TimeUnit.NANOSECONDS)) {
        throw new UnresolvableHostException(
            field,
            name,
            "was not looked up in time: other names took all places",
            "name fewer hosts, or try again later");
      }
    } catch (InterruptedException e) {
      throw interrupted(field, name);
    }
    FutureTask<List<InetAddress>> task = new FutureTask<>(() -> resolver.resolve(name));
    Thread.ofVirtual()
        .name("resolve " + name)
        .start(
            () -> {
              try {
                task.run();
              } finally {
                places.release();
              }
            });
    long started = System.nanoTime();
    return new Lookup(
        field, name, task, started + Math.min(eachWithin.toNanos(), Math.max(0, end - started)));
  }

  private static List<Ip> finish(Lookup lookup) {
    String field = lookup.field;
    String name = lookup.name;
    try {
      List<InetAddress> addresses =
          lookup.task.get(lookup.end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (addresses.isEmpty()) {
        throw new UnresolvableHostException(field, name, "has no address", REMEDY);
      }
      return addresses.stream().map(Ip::of).toList();
    } catch (TimeoutException e) {
      throw new UnresolvableHostException(
          field, name, "was not resolved in time", "try again, or write the address");
    } catch (InterruptedException e) {
      throw interrupted(field, name);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String reason =
          cause == null || cause instanceof UnknownHostException
              ? "can't be resolved"
              : "can't be resolved: the resolver failed with " + cause.getClass().getSimpleName();
      UnresolvableHostException refusal =
          new UnresolvableHostException(field, name, reason, REMEDY);
      refusal.initCause(e);
      throw refusal;
    }
  }

  private static UnresolvableHostException interrupted(String field, String name) {
    Thread.currentThread().interrupt();
    return new UnresolvableHostException(
        field, name, "was not resolved: the request was interrupted", "try again");
  }
}
