package io.portprint.scope;

import io.portprint.fingerprint.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A set of ports with their transports, as sorted ranges: TCP ascending, then UDP ascending. */
final class PortSet {

  /** Characters of a port list. */
  static final int MAX_LENGTH = 8192;

  /** Entries of a port list. */
  static final int MAX_ENTRIES = 1024;

  static final PortSet EMPTY = new PortSet(List.of());

  private static final int LAST = 65_535;
  private static final String FORM =
      "write numbers and ranges from 1 to 65535, such as 21,80,8000-8100,U:53, or top-100, top-1000"
          + " or all";

  /** Where printers print whatever they are sent (raw printing, "JetDirect"). */
  private static final Span PRINTERS = Span.of(Transport.TCP, 9100, 9107);

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,4}");
  private static final Pattern ENTRY = Pattern.compile("([0-9]*)(-?)([0-9]*)");
  private static final Pattern PRESET =
      Pattern.compile("(?:top-([0-9]+)|all)", Pattern.CASE_INSENSITIVE);

  /** Ports of one transport, as numbers that also hold the transport. */
  private record Span(int first, int last) {

    static Span of(Transport transport, int first, int last) {
      return new Span(key(transport, first), key(transport, last));
    }
  }

  private final int[] firsts;
  private final int[] counts;

  private PortSet(List<Span> spans) {
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparingInt(Span::first));
    List<Span> merged = new ArrayList<>();
    for (Span span : sorted) {
      if (!merged.isEmpty() && span.first <= merged.getLast().last + 1) {
        Span before = merged.removeLast();
        merged.add(new Span(before.first, Math.max(before.last, span.last)));
      } else {
        merged.add(span);
      }
    }
    firsts = new int[merged.size()];
    counts = new int[merged.size()];
    int count = 0;
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = merged.get(i).first;
      count += merged.get(i).last - merged.get(i).first + 1;
      counts[i] = count;
    }
  }

  /** The number that stands for a port of a transport; it orders TCP before UDP. */
  static int key(Transport transport, int port) {
    return transport.ordinal() << 16 | port;
  }

  static Transport transport(int key) {
    return Transport.values()[key >>> 16];
  }

  static int port(int key) {
    return key & 0xffff;
  }

  static PortSet of(int key) {
    return new PortSet(List.of(new Span(key, key)));
  }

  static boolean isPrinter(int key) {
    return PRINTERS.first <= key && key <= PRINTERS.last;
  }

  /** A list in Nmap's syntax, and with presets; see {@link Selection#ports()}. */
  static PortSet parse(String text, CommonPorts common) throws MalformedException {
    if (text.length() > MAX_LENGTH) {
      throw new MalformedException(
          "is %d characters long, more than %d".formatted(text.length(), MAX_LENGTH),
          "write wider ranges");
    }
    String[] entries = text.split(",", -1);
    if (entries.length > MAX_ENTRIES) {
      throw new MalformedException(
          "has %d entries, more than %d".formatted(entries.length, MAX_ENTRIES),
          "write wider ranges");
    }
    List<Span> spans = new ArrayList<>();
    Set<String> presets = new HashSet<>();
    Transport transport = Transport.TCP;
    for (String written : entries) {
      String entry = written.strip();
      if (entry.startsWith("T:") || entry.startsWith("t:")) {
        transport = Transport.TCP;
        entry = entry.substring(2);
      } else if (entry.startsWith("U:") || entry.startsWith("u:")) {
        transport = Transport.UDP;
        entry = entry.substring(2);
      }
      Matcher preset = PRESET.matcher(entry);
      if (!preset.matches()) {
        add(entry, transport, spans);
      } else if (presets.add(transport + entry.toLowerCase(Locale.ROOT))) {
        addPreset(preset.group(1), transport, common, spans);
      }
    }
    if (spans.isEmpty()) {
      throw new MalformedException(
          "has no port but 9100-9107/tcp, where printers print what they are sent",
          "write each of them as a single number if you mean it, such as 9100");
    }
    return new PortSet(spans);
  }

  private static void addPreset(
      @Nullable String count, Transport transport, CommonPorts common, List<Span> spans)
      throws MalformedException {
    if (count == null) {
      addWithoutPrinters(Span.of(transport, 1, LAST), spans);
      return;
    }
    boolean most = count.equals("1000");
    if (!most && !count.equals("100")) {
      throw new MalformedException(
          "has a preset that is not known: 'top-" + Shown.of(count) + "'",
          "write top-100, top-1000 (TCP only) or all");
    }
    if (most && transport == Transport.UDP) {
      throw new MalformedException(
          "has top-1000 of UDP, where no 1,000 ports are common",
          "write U:top-100, or U:all for every one");
    }
    for (int key : common.top(transport, most ? 1000 : 100)) {
      spans.add(new Span(key, key));
    }
  }

  private static void add(String entry, Transport transport, List<Span> spans)
      throws MalformedException {
    if (entry.isEmpty()) {
      throw new MalformedException("has an entry without a port", FORM);
    }
    Matcher matcher = ENTRY.matcher(entry);
    if (!matcher.matches()) {
      throw new MalformedException("has an entry that is no port: '" + Shown.of(entry) + "'", FORM);
    }
    if (matcher.group(2).isEmpty()) {
      int port = number(entry);
      spans.add(Span.of(transport, port, port));
      return;
    }
    int first = matcher.group(1).isEmpty() ? 1 : number(matcher.group(1));
    int last = matcher.group(3).isEmpty() ? LAST : number(matcher.group(3));
    if (first > last) {
      throw new MalformedException(
          "has a range that runs backwards: '" + Shown.of(entry) + "'",
          "write the lower port first");
    }
    addWithoutPrinters(Span.of(transport, first, last), spans);
  }

  private static void addWithoutPrinters(Span span, List<Span> spans) {
    if (span.last < PRINTERS.first || span.first > PRINTERS.last) {
      spans.add(span);
      return;
    }
    if (span.first < PRINTERS.first) {
      spans.add(new Span(span.first, PRINTERS.first - 1));
    }
    if (span.last > PRINTERS.last) {
      spans.add(new Span(PRINTERS.last + 1, span.last));
    }
  }

  /** One port, in decimal without leading zeros. */
  static int number(String digits) throws MalformedException {
    if (!NUMBER.matcher(digits).matches() || Integer.parseInt(digits) > LAST) {
      throw new MalformedException(
          "has a port that is not one of 1 to 65535: '" + Shown.of(digits) + "'", FORM);
    }
    return Integer.parseInt(digits);
  }

  int size() {
    return counts.length == 0 ? 0 : counts[counts.length - 1];
  }

  /** The key at a place in ascending order. */
  int get(int index) {
    int low = 0;
    int high = counts.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (counts[middle] <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return firsts[low] + (low == 0 ? index : index - counts[low - 1]);
  }

  boolean contains(int key) {
    return indexOf(key) >= 0;
  }

  /** The place of a key in ascending order, or a negative number if it isn't here. */
  int indexOf(int key) {
    int found = Arrays.binarySearch(firsts, key);
    int span = found < 0 ? -found - 2 : found;
    if (span < 0) {
      return -1;
    }
    int begin = span == 0 ? 0 : counts[span - 1];
    int index = begin + key - firsts[span];
    return index < counts[span] ? index : -1;
  }

  /** How many of these are of a transport. */
  int size(Transport transport) {
    int count = 0;
    for (int i = 0; i < firsts.length; i++) {
      // a span is of one transport: port 0 lies between
      if (transport(firsts[i]) == transport) {
        count += i == 0 ? counts[0] : counts[i] - counts[i - 1];
      }
    }
    return count;
  }
}
