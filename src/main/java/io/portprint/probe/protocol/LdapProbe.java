package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Finding;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * LDAP. An anonymous search for the root of the directory's own description (RFC 4512, 5.1), in
 * which the server repeats our message number.
 */
@Component
final class LdapProbe implements Probe {

  private static final String PROTOCOL = "ldap";
  private static final int SEARCH = 0x63;
  private static final int ENTRY = 0x64;
  private static final int DONE = 0x65;
  private static final int SET = 0x31;
  private static final int MOST_VALUES = 32;
  private static final double REPEATED = 0.99;

  private static final List<String> ATTRIBUTES =
      List.of(
          "objectClass",
          "vendorName",
          "vendorVersion",
          "namingContexts",
          "supportedLDAPVersion",
          "supportedSASLMechanisms",
          "dnsHostName",
          "domainFunctionality");

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "LDAP",
        "Searches the root DSE without binding; the answer must repeat the random message number.",
        List.of("RFC 4511", "RFC 4512", "RFC 3045"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes wanted = Bytes.EMPTY;
    for (String attribute : ATTRIBUTES) {
      wanted = wanted.plus(Ber.encode(Ber.OCTETS, Bytes.latin1(attribute)));
    }
    Bytes search =
        Ber.encode(
            SEARCH,
            Ber.encode(Ber.OCTETS),
            Bytes.hex("0a0100 0a0100 020101 020105 010100"),
            Ber.encode(0x87, Bytes.latin1("objectClass")),
            Ber.encode(Ber.SEQUENCE, wanted));
    Bytes message =
        Ber.encode(Ber.SEQUENCE, Ber.number(random.nextInt(0x01000000, 0x7fffffff)), search);
    return List.of(new Opening("ldap/root-dse", message, Set.of(389, 636, 3268, 3269), 2));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<Map<String, List<Bytes>>> read = read(answer.sent(), answer.received());
    if (read.isEmpty()) {
      return Claims.notYet(
          answer, !answer.received().isEmpty() && answer.received().at(0) == Ber.SEQUENCE);
    }
    Map<String, List<Bytes>> attributes = read.get();
    Finding finding =
        Claims.found(
            service(attributes), REPEATED, answer, "an answer to a search of our random number");
    for (String name : List.of("namingContexts", "supportedSASLMechanisms")) {
      if (attributes.containsKey(name)) {
        finding =
            finding.withDetail(
                name, attributes.get(name).stream().limit(MOST_VALUES).map(Claims::text).toList());
      }
    }
    return new Recognition.Recognised(finding);
  }

  private static Service service(Map<String, List<Bytes>> attributes) {
    String vendor = first(attributes, "vendorName");
    String version = first(attributes, "vendorVersion");
    Service named;
    if (attributes.getOrDefault("objectClass", List.of()).stream()
        .anyMatch(one -> one.latin1().equalsIgnoreCase("OpenLDAProotDSE"))) {
      named =
          Claims.product(
              PROTOCOL, "OpenLDAP", null, List.of("cpe:2.3:a:openldap:openldap:*:*:*:*:*:*:*:*"));
    } else if (vendor != null && vendor.startsWith("Samba")) {
      named =
          Claims.product(PROTOCOL, "Samba", null, List.of("cpe:2.3:a:samba:samba:*:*:*:*:*:*:*:*"));
    } else if (version != null && version.startsWith("389-Directory/")) {
      named =
          Claims.product(
              PROTOCOL, "389 Directory Server", version.substring(14).split(" ", 2)[0], List.of());
    } else if (vendor != null) {
      named = Claims.product(PROTOCOL, vendor, version, List.of());
    } else if (attributes.containsKey("domainFunctionality")) {
      named = Claims.product(PROTOCOL, "Active Directory", null, List.of());
    } else {
      named = Service.of(PROTOCOL);
    }
    return Claims.onHost(named, first(attributes, "dnsHostName"));
  }

  private static @Nullable String first(Map<String, List<Bytes>> attributes, String name) {
    List<Bytes> values = attributes.getOrDefault(name, List.of());
    return values.isEmpty() ? null : Claims.text(values.getFirst());
  }

  /**
   * The attributes of the entry that answers our search, none where the search was refused; empty
   * where this is no whole answer to it.
   */
  static Optional<Map<String, List<Bytes>>> read(Bytes sent, Bytes received) {
    Map<String, List<Bytes>> attributes = new LinkedHashMap<>();
    try {
      Cursor question = Ber.value(Cursor.of(sent), Ber.SEQUENCE);
      long number = Ber.integer(question, Ber.INTEGER);
      Cursor.require(question.u8() == SEARCH, "we searched");
      Cursor stream = Cursor.of(received);
      while (true) {
        Cursor message = Ber.value(stream, Ber.SEQUENCE);
        Cursor.require(Ber.integer(message, Ber.INTEGER) == number, "our number");
        int kind = received.at(message.at());
        if (kind == DONE) {
          Cursor result = Ber.value(message, DONE);
          Ber.integer(result, 0x0a);
          Ber.octets(result);
          return Optional.of(attributes);
        }
        Cursor entry = Ber.value(message, ENTRY);
        Ber.octets(entry);
        Cursor list = Ber.value(entry, Ber.SEQUENCE);
        while (!list.atEnd()) {
          Cursor attribute = Ber.value(list, Ber.SEQUENCE);
          String name = Ber.octets(attribute).latin1();
          Cursor values = Ber.value(attribute, SET);
          List<Bytes> all = attributes.computeIfAbsent(name, _ -> new ArrayList<>());
          while (!values.atEnd()) {
            all.add(Ber.octets(values));
          }
        }
      }
    } catch (Cursor.Malformed e) {
      return Optional.empty();
    }
  }
}
