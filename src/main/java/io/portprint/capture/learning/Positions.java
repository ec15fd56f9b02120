package io.portprint.capture.learning;

import io.portprint.capture.learning.Explanation.Clock;
import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Side;
import io.portprint.capture.learning.Explanation.Subject;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Explains answers offset by offset. What proves most is looked for first, and takes its bytes:
 * addresses, confirmed echoes, ports, clocks, lengths, echoes that nothing confirmed, counters, and
 * then what is the same everywhere. Addresses come before echoes because the zeros of one that is
 * xor-ed with the request look like an echo. An explanation has to fit every answer, so that a
 * mutation that changes what seemed constant refutes it.
 */
final class Positions {

  /** Bytes from the beginning of answers that are explained. */
  static final int MOST = 512;

  /** Bytes from the beginning of requests in which echoes and keys are looked for. */
  private static final int REQUEST = 1024;

  private static final int SAMPLES = 256;
  private static final int RUNS = 20_000;

  /** STUN's magic cookie (RFC 8489, section 5). */
  private static final Bytes COOKIE = Bytes.hex("2112a442");

  /** Answers, all different, that rule out a field of eight values or fewer at 1 in 400. */
  static final int NEEDED_TO_VARY = 8;

  /** A constant that random bits would show less often is one to be tried. */
  private static final double DOUBT = 0.05;

  /** A constant that random bits would show less often counts. */
  private static final double SUPPORT = 0.001;

  static final Duration CLOCKS = Duration.ofDays(2);
  private static final long JITTER_MILLIS = 5_000;
  static final long NTP_EPOCH = 2_208_988_800L;
  private static final int MOST_ADDED = 64;
  private static final int HEADER = 8;
  private static final int MOST_STEP = 256;

  private final List<Sample> samples;
  private final byte[][] answers;
  private final byte[][] requests;
  private final int end;
  private final Bytes repeated;
  private final Bytes baseRequest;
  private final boolean[] taken;
  private final List<Field> fields = new ArrayList<>();

  private Positions(List<Sample> samples, int limit) {
    this.samples =
        samples.stream().sorted(Comparator.comparing(Sample::at)).limit(SAMPLES).toList();
    this.answers = this.samples.stream().map(one -> one.answer().toArray()).toArray(byte[][]::new);
    this.requests =
        this.samples.stream()
            .map(one -> one.request().head(REQUEST).toArray())
            .toArray(byte[][]::new);
    int shortest = this.samples.stream().mapToInt(one -> one.answer().length()).min().orElse(0);
    this.end = Math.min(MOST, Math.min(limit, shortest));
    this.repeated = Sample.commonRequest(this.samples);
    this.baseRequest = repeated.head(REQUEST);
    this.taken = new boolean[end];
  }

  /**
   * The fields of what all answers have, in the order of their offsets.
   *
   * @param limit the offset at which something else begins
   */
  static List<Field> explain(List<Sample> samples, int limit) {
    Positions positions = new Positions(samples, limit);
    if (positions.end == 0) {
      return List.of();
    }
    positions.addresses();
    positions.echoes(true);
    positions.ports();
    positions.times();
    positions.lengths();
    positions.echoes(false);
    positions.counters();
    positions.rest();
    positions.fields.sort(Comparator.comparingInt(Field::offset));
    return List.copyOf(positions.fields);
  }

  // Echoes

  /** A stretch of equal columns in answers and requests. */
  private record Run(int offset, int length, int displacement, int changed) {

    boolean confirmed() {
      return changed > 0;
    }
  }

  /**
   * Echoes by whole columns: the values of one offset in all samples. Requests that were cut short
   * can't tell of the bytes that they lack, and are left out.
   */
  private void echoes(boolean confirmed) {
    int[] whole =
        IntStream.range(0, samples.size())
            .filter(i -> requests[i].length >= baseRequest.length())
            .toArray();
    if (whole.length == 0 || baseRequest.isEmpty()) {
      return;
    }
    Map<Bytes, Integer> names = new HashMap<>();
    int[] answerColumns = columns(answers, end, whole, names);
    int[] requestColumns = columns(requests, baseRequest.length(), whole, names);
    int[] changes = new int[requestColumns.length];
    for (int at = 0; at < changes.length; at++) {
      for (int i : whole) {
        changes[at] += requests[i][at] != (byte) baseRequest.at(at) ? 1 : 0;
      }
    }
    List<Run> runs = new ArrayList<>();
    for (int displacement = 1 - end;
        displacement < requestColumns.length && runs.size() < RUNS;
        displacement++) {
      int at = Math.max(0, -displacement);
      while (at < end && at + displacement < requestColumns.length) {
        int from = at;
        boolean change = at + displacement < changes.length && changes[at + displacement] > 0;
        while (at < end
            && at + displacement < requestColumns.length
            && !taken[at]
            && answerColumns[at] == requestColumns[at + displacement]
            && changes[at + displacement] > 0 == change) {
          at++;
        }
        Run run = new Run(from, at - from, displacement, change ? changes[from + displacement] : 0);
        if (at > from && run.confirmed() == confirmed && tells(run)) {
          runs.add(run);
        }
        at = Math.max(at, from + 1);
      }
    }
    runs.sort(
        Comparator.comparingInt((Run run) -> -run.length())
            .thenComparingInt(run -> Math.abs(run.displacement()))
            .thenComparingInt(Run::offset));
    for (Run run : runs) {
      if (free(run.offset(), run.length())) {
        take(
            run.offset(),
            run.length(),
            new Explanation.Echo(run.offset() + run.displacement(), confirmed),
            confirmed ? 8.0 * run.length() : 0);
      }
    }
  }

  /**
   * Whether a run is more than a coincidence. Sixteen bits that changed and came back are. What
   * nobody changed has to be long, or an identifier at the head of both, and must not be filling.
   */
  private boolean tells(Run run) {
    if (run.confirmed()) {
      return run.length() * run.changed() >= 2;
    }
    Set<Byte> values = new HashSet<>();
    for (int at = run.offset(); at < run.offset() + run.length(); at++) {
      values.add(answers[0][at]);
    }
    values.remove((byte) 0);
    values.remove((byte) 0xff);
    boolean head = run.displacement() == 0 && run.offset() == 0;
    return head ? run.length() >= 2 && !values.isEmpty() : run.length() >= 4 && values.size() >= 2;
  }

  private static int[] columns(byte[][] rows, int width, int[] which, Map<Bytes, Integer> names) {
    int[] columns = new int[width];
    byte[] column = new byte[which.length];
    for (int at = 0; at < width; at++) {
      for (int i = 0; i < which.length; i++) {
        column[i] = rows[which[i]][at];
      }
      columns[at] = names.computeIfAbsent(Bytes.of(column), _ -> names.size());
    }
    return columns;
  }

  // Addresses and ports

  private void addresses() {
    for (Side side : Side.values()) {
      if (samples.stream().anyMatch(one -> usable(party(one, side)).isEmpty())) {
        continue;
      }
      boolean several = several(side);
      for (int length : new int[] {16, 4}) {
        for (int offset = 0; offset + length <= end; offset++) {
          if (free(offset, length)) {
            address(side, offset, length, several);
          }
        }
      }
      dotted(side, several);
    }
  }

  private static Party party(Sample sample, Side side) {
    return side == Side.CLIENT ? sample.client() : sample.server();
  }

  private static List<InetAddress> usable(Party party) {
    return party.addresses().stream().filter(one -> !one.isAnyLocalAddress()).toList();
  }

  private void address(Side side, int offset, int length, boolean several) {
    for (Form form : List.of(Form.BIG_ENDIAN, Form.LITTLE_ENDIAN)) {
      for (InetAddress address : usable(party(samples.getFirst(), side))) {
        byte[] plain = address.getAddress();
        if (plain.length != length) {
          continue;
        }
        Bytes key = xor(read(0, offset, length, form), plain);
        for (Xor xor : keys(key, several, baseRequest)) {
          if (fits(side, form, xor, offset, length)) {
            take(
                offset,
                length,
                new Explanation.Address(side, form, xor, several),
                samples.stream()
                    .mapToDouble(one -> Credit.ofAddress(usable(party(one, side))))
                    .min()
                    .orElse(0));
            return;
          }
        }
      }
    }
  }

  /** What may have been xor-ed with an address, if this came out where it stood first. */
  private List<Xor> keys(Bytes key, boolean several, Bytes request) {
    if (isFilled(key, 0)) {
      return List.of(Xor.NONE);
    }
    List<Xor> keys = new ArrayList<>();
    if (several || key.equals(COOKIE)) {
      keys.add(new Xor.Key(key));
    }
    Bytes first = samples.getFirst().request().head(REQUEST);
    int at = first.indexOf(key);
    if (at >= 0 && at + key.length() <= request.length()) {
      keys.add(new Xor.Request(at));
    }
    return keys;
  }

  private boolean fits(Side side, Form form, Xor xor, int offset, int length) {
    for (int i = 0; i < samples.size(); i++) {
      Bytes there = Bytes.of(read(i, offset, length, form));
      Bytes request = samples.get(i).request();
      if (lacks(request, xor, length)) {
        continue;
      }
      if (usable(party(samples.get(i), side)).stream()
          .noneMatch(address -> Relations.is(address.getAddress(), there, xor, request))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a request was cut before the end of the key. */
  private static boolean lacks(Bytes request, Xor xor, int length) {
    return xor instanceof Xor.Request(int from) && from + length > request.length();
  }

  private void dotted(Side side, boolean several) {
    for (InetAddress address : usable(party(samples.getFirst(), side))) {
      Bytes text = Bytes.latin1(address.getHostAddress());
      int offset = samples.getFirst().answer().indexOf(text);
      if (offset >= 0
          && offset + text.length() <= end
          && free(offset, text.length())
          && samples.stream()
              .allMatch(
                  one ->
                      Relations.addressText(
                          usable(party(one, side)), one.answer(), offset, text.length()))) {
        take(
            offset,
            text.length(),
            new Explanation.Address(side, Form.TEXT, Xor.NONE, several),
            Credit.ofAddress(List.of(address)));
        return;
      }
    }
  }

  /**
   * A port is only two bytes, so that it takes several ports to tell it; or an address of the same
   * side before or behind it. A server's port of two bytes that are not small is more likely than
   * those bytes by accident.
   */
  private void ports() {
    for (Side side : Side.values()) {
      int[] ports = samples.stream().mapToInt(one -> party(one, side).port()).toArray();
      if (IntStream.of(ports).anyMatch(port -> port == 0)) {
        continue;
      }
      long distinct = IntStream.of(ports).distinct().count();
      for (int offset = 0; offset + 2 <= end; offset++) {
        for (Form form : List.of(Form.BIG_ENDIAN, Form.LITTLE_ENDIAN)) {
          if (free(offset, 2)) {
            port(side, form, ports, offset, distinct);
          }
        }
      }
    }
  }

  private void port(Side side, Form form, int[] ports, int offset, long distinct) {
    int key = (int) number(0, offset, 2, form) ^ ports[0];
    boolean same = true;
    for (int i = 1; i < ports.length && same; i++) {
      same = ((int) number(i, offset, 2, form) ^ ports[i]) == key;
    }
    if (same) {
      boolean confirmed = distinct >= (key == 0 ? 2 : 3);
      boolean beside = key == 0 && besideAddress(side, offset);
      boolean likely = side == Side.SERVER && form == Form.BIG_ENDIAN && ports[0] > 0xff;
      if (confirmed || beside || key == 0 && likely) {
        Xor xor = key == 0 ? Xor.NONE : new Xor.Key(bytes(key));
        take(
            offset,
            2,
            new Explanation.Port(side, form, xor, confirmed),
            confirmed ? Credit.PORT : 0);
      }
      return;
    }
    if (distinct < 3) {
      return;
    }
    int first = samples.getFirst().request().indexOf(bytes(key));
    if (first >= 0 && first + 2 <= baseRequest.length()) {
      Xor xor = new Xor.Request(first);
      for (int i = 0; i < ports.length; i++) {
        Bytes there = Bytes.of(read(i, offset, 2, form));
        Bytes request = samples.get(i).request();
        if (!lacks(request, xor, 2)
            && !Relations.is(bytes(ports[i]).toArray(), there, xor, request)) {
          return;
        }
      }
      take(offset, 2, new Explanation.Port(side, form, xor, true), Credit.PORT);
    }
  }

  /**
   * Whether a port stands beside an address of its side. Where client and server have the same
   * address, it is the port that tells whose it is.
   */
  private boolean besideAddress(Side side, int offset) {
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      if (field.explanation() instanceof Explanation.Address(Side whose, Form form, Xor xor, _)
          && (field.end() == offset || field.offset() == offset + 2)) {
        if (whose == side) {
          return true;
        }
        if (!hasPort(field) && isOf(side, field, form, xor)) {
          fields.set(
              i,
              new Field(
                  field.offset(),
                  field.length(),
                  new Explanation.Address(side, form, xor, several(side)),
                  field.bits()));
          return true;
        }
      }
    }
    return false;
  }

  private boolean hasPort(Field address) {
    return fields.stream()
        .anyMatch(
            field ->
                field.explanation() instanceof Explanation.Port
                    && (field.end() == address.offset() || field.offset() == address.end()));
  }

  private boolean isOf(Side side, Field field, Form form, Xor xor) {
    return form != Form.TEXT
        && samples.stream().noneMatch(one -> usable(party(one, side)).isEmpty())
        && fits(side, form, xor, field.offset(), field.length());
  }

  private boolean several(Side side) {
    return samples.stream().map(one -> usable(party(one, side)).getFirst()).distinct().count() > 1;
  }

  private static Bytes bytes(int number) {
    return Bytes.of((byte) (number >> 8), (byte) number);
  }

  // Clocks, lengths, counters

  private void times() {
    if (samples.size() < 2) {
      return;
    }
    for (int offset = 0; offset + 4 <= end; offset++) {
      for (Form form : List.of(Form.BIG_ENDIAN, Form.LITTLE_ENDIAN)) {
        if (isClock(Clock.UNIX_MILLISECONDS, form, offset)) {
          take(offset, 8, new Explanation.Time(Clock.UNIX_MILLISECONDS, form), Credit.TIME);
        } else if (isClock(Clock.UNIX_SECONDS, form, offset)) {
          take(offset, 4, new Explanation.Time(Clock.UNIX_SECONDS, form), Credit.TIME);
        }
      }
      if (isClock(Clock.NTP, Form.BIG_ENDIAN, offset)) {
        int length = free(offset, 8) && distinct(offset + 4, 4) > 1 ? 8 : 4;
        take(offset, length, new Explanation.Time(Clock.NTP, Form.BIG_ENDIAN), Credit.TIME);
      }
    }
  }

  private boolean isClock(Clock clock, Form form, int offset) {
    int length = clock == Clock.UNIX_MILLISECONDS ? 8 : 4;
    if (!free(offset, length)) {
      return false;
    }
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int i = 0; i < samples.size(); i++) {
      Instant at = samples.get(i).at();
      long value = number(i, offset, length, form);
      if (!Relations.near(clock, value, at)) {
        return false;
      }
      long ahead = Relations.millis(clock, value) - at.toEpochMilli();
      least = Math.min(least, ahead);
      most = Math.max(most, ahead);
    }
    return most - least <= JITTER_MILLIS;
  }

  private void lengths() {
    lengths(Subject.ANSWER, sample -> sample.answer().length());
    lengths(Subject.REQUEST, sample -> sample.request().length());
  }

  private void lengths(Subject subject, ToIntFunction<Sample> length) {
    int[] lengths = samples.stream().mapToInt(length).toArray();
    long distinct = IntStream.of(lengths).distinct().count();
    for (int width : new int[] {4, 2, 1}) {
      for (int offset = 0; offset + width <= end; offset++) {
        for (Form form : List.of(Form.BIG_ENDIAN, Form.LITTLE_ENDIAN)) {
          if (!free(offset, width) || width == 1 && form == Form.LITTLE_ENDIAN) {
            continue;
          }
          long value = number(0, offset, width, form);
          long add = lengths[0] - value;
          // of the whole near the beginning, or of what follows
          boolean usual = value > 0 && (add == 0 && offset <= HEADER || add == offset + width);
          boolean confirmed = distinct > (width == 1 ? 2 : 1);
          boolean fits = confirmed ? Math.abs(add) <= MOST_ADDED : usual;
          if (!fits || !confirmed && (width == 1 || subject == Subject.REQUEST)) {
            continue;
          }
          for (int i = 0; i < lengths.length && fits; i++) {
            fits = lengths[i] - number(i, offset, width, form) == add;
          }
          if (fits) {
            take(
                offset,
                width,
                new Explanation.LengthOf(subject, form, (int) add, confirmed),
                Credit.ofLength(confirmed));
          }
        }
      }
    }
  }

  private void counters() {
    if (samples.size() < 4) {
      return;
    }
    for (int width : new int[] {4, 2, 1}) {
      for (int offset = 0; offset + width <= end; offset++) {
        for (Form form : List.of(Form.BIG_ENDIAN, Form.LITTLE_ENDIAN)) {
          if (free(offset, width) && !(width == 1 && form == Form.LITTLE_ENDIAN)) {
            counter(offset, width, form);
          }
        }
      }
    }
  }

  private void counter(int offset, int width, Form form) {
    long modulus = 1L << 8 * width;
    // one byte has to count by one and the same step: its values are few
    long mostStep = width == 1 ? 8 : MOST_STEP;
    long largest = 0;
    long smallest = Long.MAX_VALUE;
    for (int i = 1; i < samples.size(); i++) {
      long step =
          Math.floorMod(
              number(i, offset, width, form) - number(i - 1, offset, width, form), modulus);
      if (step == 0 || step > mostStep) {
        return;
      }
      largest = Math.max(largest, step);
      smallest = Math.min(smallest, step);
    }
    if (width == 1 && smallest != largest) {
      return;
    }
    for (int i = 0; i < width - 1; i++) {
      int at = form == Form.BIG_ENDIAN ? offset + i : offset + width - 1 - i;
      // a byte that never moved is part of the number only where it may be its leading zero
      if (distinct(at, 1) == 1 && answers[0][at] != 0) {
        return;
      }
    }
    take(offset, width, new Explanation.Counter(form, largest), 0);
  }

  // What is left

  private void rest() {
    int at = 0;
    while (at < end) {
      int from = at;
      Function<Integer, String> kind =
          offset ->
              taken[offset]
                  ? "taken"
                  : distinct(offset, 1) == 1
                      ? "same"
                      : constantBetweenRepeats(offset) ? "with request" : "varying";
      String first = kind.apply(at);
      while (at < end && kind.apply(at).equals(first)) {
        at++;
      }
      switch (first) {
        case "same" -> constant(from, at);
        case "with request" -> varying(from, at, true);
        case "varying" -> varying(from, at, false);
        default -> {}
      }
    }
  }

  private void constant(int from, int to) {
    int length = to - from;
    if (samples.size() < 2) {
      take(from, length, new Explanation.TooFewSamples(samples.size(), 2), 0);
      return;
    }
    boolean supported = Math.pow(2, -8.0 * length * (samples.size() - 1)) < SUPPORT;
    boolean address = maybeAddress(from, length);
    byte[] mask = new byte[length];
    Arrays.fill(mask, (byte) 0xff);
    take(
        from,
        length,
        new Explanation.Constant(
            Bytes.of(mask), Bytes.of(answers[0], from, to), supported, address),
        supported && !address ? 8.0 * length : 0);
  }

  /**
   * Whether four bytes, or six with a port, could be the client's address as the server sees it
   * after NAT. At the very beginning stands a type or an identifier instead.
   */
  private boolean maybeAddress(int from, int length) {
    if (from == 0 || length != 4 && length != 6) {
      return false;
    }
    boolean found =
        fields.stream()
            .anyMatch(
                field ->
                    field.explanation() instanceof Explanation.Address address
                        && address.side() == Side.CLIENT);
    boolean translated =
        samples.stream()
            .allMatch(
                one -> usable(one.client()).stream().allMatch(InetAddress::isSiteLocalAddress));
    return !found && translated && Relations.plausibleClient(Bytes.of(answers[0], from, from + 4));
  }

  /**
   * Bytes that differ somewhere. Bits in them that never do are a constant only where so many of
   * one byte would not keep their value by chance; the more bytes there are beside it, the more
   * chances. Each value of the byte counts once, however often it came: answers that repeat what
   * one server chose long ago are no fresh draws.
   */
  private void varying(int from, int to, boolean withRequest) {
    int begun = from;
    for (int at = from; at <= to; at++) {
      int mask = at == to ? 0 : sameBits(at);
      double chance = at == to ? 1 : chance(Integer.bitCount(mask), distinct(at, 1)) * (to - from);
      if (at == to || chance < DOUBT) {
        if (begun < at) {
          open(begun, at, withRequest);
        }
        if (at < to) {
          boolean supported = chance < SUPPORT;
          take(
              at,
              1,
              new Explanation.Constant(
                  Bytes.of((byte) mask),
                  Bytes.of((byte) (answers[0][at] & mask)),
                  supported,
                  false),
              supported ? Integer.bitCount(mask) : 0);
        }
        begun = at + 1;
      }
    }
  }

  private void open(int from, int to, boolean withRequest) {
    Explanation explanation;
    if (samples.size() < NEEDED_TO_VARY) {
      explanation = new Explanation.TooFewSamples(samples.size(), NEEDED_TO_VARY);
    } else if (!withRequest && distinct(from, to - from) == samples.size()) {
      explanation = new Explanation.MustVary(samples.size());
    } else {
      explanation = new Explanation.Varying(withRequest);
    }
    take(from, to - from, explanation, 0);
  }

  /** The chance that so many or more of eight random bits keep their value in so many answers. */
  static double chance(int bits, int answers) {
    double one = Math.pow(2, 1 - answers);
    double sum = 0;
    double ways = 1;
    for (int k = 0; k <= 8; k++) {
      if (k >= bits) {
        sum += ways * Math.pow(one, k) * Math.pow(1 - one, 8 - k);
      }
      ways = ways * (8 - k) / (k + 1);
    }
    return Math.min(1, sum);
  }

  private int sameBits(int offset) {
    int differing = 0;
    for (byte[] answer : answers) {
      differing |= answer[offset] ^ answers[0][offset];
    }
    return ~differing & 0xff;
  }

  private boolean constantBetweenRepeats(int offset) {
    int seen = 0;
    int value = 0;
    for (int i = 0; i < samples.size(); i++) {
      if (samples.get(i).request().equals(repeated)) {
        if (seen++ > 0 && answers[i][offset] != value) {
          return false;
        }
        value = answers[i][offset];
      }
    }
    return seen >= 2;
  }

  // Bytes

  private int distinct(int offset, int length) {
    Set<Bytes> values = new HashSet<>();
    for (byte[] answer : answers) {
      values.add(Bytes.of(answer, offset, offset + length));
    }
    return values.size();
  }

  private boolean free(int offset, int length) {
    if (offset + length > end) {
      return false;
    }
    for (int at = offset; at < offset + length; at++) {
      if (taken[at]) {
        return false;
      }
    }
    return true;
  }

  private void take(int offset, int length, Explanation explanation, double bits) {
    for (int at = offset; at < offset + length; at++) {
      taken[at] = true;
    }
    fields.add(new Field(offset, length, explanation, bits));
  }

  private byte[] read(int sample, int offset, int length, Form form) {
    return Relations.ordered(samples.get(sample).answer(), offset, length, form);
  }

  private long number(int sample, int offset, int length, Form form) {
    return Relations.number(samples.get(sample).answer(), offset, length, form);
  }

  private static Bytes xor(byte[] one, byte[] other) {
    byte[] both = new byte[one.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = (byte) (one[i] ^ other[i]);
    }
    return Bytes.of(both);
  }

  private static boolean isFilled(Bytes bytes, int with) {
    return IntStream.range(0, bytes.length()).allMatch(at -> bytes.at(at) == with);
  }
}
