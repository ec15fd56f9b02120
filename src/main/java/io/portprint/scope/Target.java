package io.portprint.scope;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.IncompatibleAddressException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a target's text means. The grammar is narrow on purpose: a form that some library reads as
 * another address than a person does (octal, hexadecimal, a single number, fewer than four parts)
 * is refused, with what to write instead.
 */
sealed interface Target {

  /** Addresses: one range, or two where an IPv6 block lies around the mapped IPv4 addresses. */
  record Addresses(List<IpRange> ranges) implements Target {

    public Addresses {
      ranges = List.copyOf(ranges);
    }

    /** Whether this is written as one address, and so can be had at a single port. */
    boolean single() {
      return ranges.size() == 1 && ranges.getFirst().first().equals(ranges.getFirst().last());
    }
  }

  /** A host name in lower case, without the root's dot. */
  record Name(String text) implements Target {}

  /** Characters of a target; a name may have 253 (RFC 1035 section 2.3.4 in text). */
  int MAX_LENGTH = 255;

  int MAX_NAME = 253;

  /** A host name, an address, a block or a range. */
  static Target parse(String text) throws MalformedException {
    return Reader.target(text);
  }

  /** A host name or one address, where a block or a range would be too much. */
  static Target parseHost(String text) throws MalformedException {
    if (text.indexOf('/') >= 0) {
      throw new MalformedException(
          "is not one host", "write one address or name; blocks and ranges go into targets");
    }
    Target target = Reader.target(text);
    if (target instanceof Addresses addresses && !addresses.single()) {
      throw new MalformedException(
          "is more than one host", "write one address or name; blocks and ranges go into targets");
    }
    return target;
  }

  /** The parser. */
  final class Reader {

    private static final String V4_FORM =
        "write an IPv4 address as four decimal numbers, such as 192.0.2.1";
    private static final String V6_FORM = "write an IPv6 address such as 2001:db8::1";

    private static final String OCTET = "(0|[1-9][0-9]{0,2})";
    private static final Pattern V4 =
        Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");
    private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final Pattern NAME_AND_PORT = Pattern.compile("[^:]+:[0-9]+(/.*)?");

    private static final IPAddressStringParameters STRICT =
        new IPAddressStringParameters.Builder()
            .allowIPv4(false)
            .allowEmpty(false)
            .allowAll(false)
            .allowSingleSegment(false)
            .allowPrefix(false)
            .allowMask(false)
            .allowPrefixOnly(false)
            .allowWildcardedSeparator(false)
            .allow_inet_aton(false)
            .setRangeOptions(RangeParameters.NO_RANGE)
            .getIPv6AddressParametersBuilder()
            .allowZone(false)
            .allowBase85(false)
            .allowBinary(false)
            .allowMixed(true)
            .allow_mixed_inet_aton(false)
            .getParentBuilder()
            .toParams();

    private Reader() {}

    static Target target(String text) throws MalformedException {
      if (text.isEmpty()) {
        throw new MalformedException(
            "is empty", "write a host name, an address, a block or a range");
      }
      if (text.length() > MAX_LENGTH) {
        throw new MalformedException(
            "is %d characters long, more than %d".formatted(text.length(), MAX_LENGTH),
            "write one target per entry");
      }
      refuseForeignCharacters(text);
      if (text.startsWith("[")) {
        if (!text.endsWith("]") || text.indexOf(':') < 0) {
          throw new MalformedException(
              "has brackets that don't hold one IPv6 address",
              "write brackets around an IPv6 address only, such as [2001:db8::1]; a block goes"
                  + " without them");
        }
        return new Addresses(List.of(IpRange.of(v6(text.substring(1, text.length() - 1)))));
      }
      if (text.indexOf('/') >= 0) {
        return new Addresses(block(text));
      }
      if (text.indexOf(':') >= 0) {
        return new Addresses(v6Range(text));
      }
      if (text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.' || c == '-')) {
        return new Addresses(List.of(v4Range(text)));
      }
      return new Name(name(text));
    }

    private static void refuseForeignCharacters(String text) throws MalformedException {
      if (text.contains("://")) {
        throw new MalformedException("is a URL", "write only the host, such as lab.internal");
      }
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '*') {
          throw new MalformedException("has a wildcard", "write a block such as 192.0.2.0/24");
        }
        if (c == '%') {
          throw new MalformedException(
              "has a zone",
              "write the address without it; addresses of a single link can't be probed by zone");
        }
        if (c <= ' ' || c == 0x7f) {
          throw new MalformedException(
              "has white space or a control character",
              "write one target per entry, without spaces");
        }
        if (c > 0x7f) {
          throw new MalformedException(
              "has a character that is not ASCII",
              "write an international name in its xn-- form (RFC 5891)");
        }
      }
    }

    private static List<IpRange> block(String text) throws MalformedException {
      int slash = text.indexOf('/');
      String address = text.substring(0, slash);
      String length = text.substring(slash + 1);
      boolean six = address.indexOf(':') >= 0;
      Ip ip = six ? v6(address) : v4(address);
      int bits = six ? 128 : 32;
      if (!PREFIX.matcher(length).matches() || Integer.parseInt(length) > bits) {
        throw new MalformedException(
            "has a prefix length that is not one of 0 to " + bits,
            "write a block as address/length, such as " + (six ? "2001:db8::/64" : "192.0.2.0/24"));
      }
      int prefix = Integer.parseInt(length);
      if (!six) {
        return List.of(IpRange.block(ip, 96 + prefix));
      }
      if (ip.isV4() && prefix < 96) {
        throw new MalformedException(
            "is an IPv4-mapped address with a length that reaches beyond IPv4",
            "write an IPv4 block, such as " + ip.text() + "/24");
      }
      return IpRange.block(ip, prefix).withoutMapped();
    }

    private static IpRange v4Range(String text) throws MalformedException {
      int dash = text.indexOf('-');
      if (dash < 0) {
        return IpRange.of(v4(text));
      }
      Ip first = v4(text.substring(0, dash));
      String end = text.substring(dash + 1);
      String whole =
          end.indexOf('.') >= 0 ? end : text.substring(0, text.lastIndexOf('.', dash) + 1) + end;
      return range(first, v4(whole));
    }

    private static List<IpRange> v6Range(String text) throws MalformedException {
      int dash = text.indexOf('-');
      if (dash < 0) {
        if (NAME_AND_PORT.matcher(text).matches()) {
          throw new MalformedException("has a port", "write it in endpoints, or the port in ports");
        }
        return List.of(IpRange.of(v6(text)));
      }
      Ip first = v6(text.substring(0, dash));
      String end = text.substring(dash + 1);
      if (end.indexOf(':') < 0) {
        throw new MalformedException(
            "is a range of IPv6 that is not written in full",
            "write both addresses, such as 2001:db8::1-2001:db8::9");
      }
      Ip last = v6(end);
      if (first.isV4() != last.isV4()) {
        throw new MalformedException(
            "is a range from IPv4-mapped addresses to others",
            "write the IPv4 range and the IPv6 range apart");
      }
      return range(first, last).withoutMapped();
    }

    private static IpRange range(Ip first, Ip last) throws MalformedException {
      if (first.compareTo(last) > 0) {
        throw new MalformedException(
            "is a range that runs backwards", "write the lower address first");
      }
      return new IpRange(first, last);
    }

    private static Ip v4(String text) throws MalformedException {
      Matcher matcher = V4.matcher(text);
      if (!matcher.matches()) {
        throw new MalformedException(whyNotV4(text), V4_FORM);
      }
      long bits = 0;
      for (int group = 1; group <= 4; group++) {
        int octet = Integer.parseInt(matcher.group(group));
        if (octet > 255) {
          throw new MalformedException(
              "is no IPv4 address: " + octet + " is more than 255", V4_FORM);
        }
        bits = bits << 8 | octet;
      }
      return Ip.v4(bits);
    }

    private static String whyNotV4(String text) {
      List<String> parts = List.of(text.split("\\.", -1));
      if (!parts.stream().allMatch(part -> NUMBER.matcher(part).matches())) {
        return "is no IPv4 address";
      }
      if (parts.stream().anyMatch(part -> part.startsWith("0x") || part.startsWith("0X"))) {
        return "is an address in hexadecimal";
      }
      if (parts.size() == 1) {
        return "is a single number";
      }
      if (parts.stream().anyMatch(part -> part.length() > 1 && part.startsWith("0"))) {
        return "has a number with a leading zero, which some read as octal";
      }
      return parts.size() < 4 ? "is an IPv4 address with parts left out" : "is no IPv4 address";
    }

    private static Ip v6(String text) throws MalformedException {
      int dot = text.indexOf('.');
      if (dot >= 0) {
        v4(text.substring(text.lastIndexOf(':') + 1));
      }
      boolean plain =
          text.chars()
              .allMatch(
                  c ->
                      c >= '0' && c <= '9'
                          || c >= 'a' && c <= 'f'
                          || c >= 'A' && c <= 'F'
                          || c == ':'
                          || c == '.');
      if (!plain || text.length() > 45) {
        throw new MalformedException("is no IPv6 address", V6_FORM);
      }
      try {
        return Ip.of(new IPAddressString(text, STRICT).toAddress().getBytes());
      } catch (AddressStringException | IncompatibleAddressException e) {
        throw new MalformedException("is no IPv6 address", V6_FORM);
      }
    }

    private static String name(String text) throws MalformedException {
      String name =
          (text.endsWith(".") ? text.substring(0, text.length() - 1) : text)
              .toLowerCase(Locale.ROOT);
      String[] labels = name.split("\\.", -1);
      if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
        throw new MalformedException(whyNotV4(name), V4_FORM);
      }
      if (name.length() > MAX_NAME) {
        throw new MalformedException(
            "is a name of %d characters, more than %d".formatted(name.length(), MAX_NAME),
            "write a shorter name");
      }
      for (String label : labels) {
        if (!LABEL.matcher(label).matches()) {
          throw new MalformedException(
              "is no host name",
              "write labels of 1 to 63 letters, digits, hyphens (inside) and underscores, between"
                  + " dots");
        }
      }
      return name;
    }
  }
}
