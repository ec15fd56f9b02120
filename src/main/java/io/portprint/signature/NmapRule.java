package io.portprint.signature;

import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.signature.Rule.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A match line, ready to be tried.
 *
 * @param id {@code nmap/} and the number of its line
 * @param service as the file has it, perhaps with {@code ssl/} before it
 */
record NmapRule(
    String id,
    String service,
    boolean soft,
    Pattern pattern,
    Map<Part, NmapTemplate> values,
    List<NmapTemplate> cpe)
    implements Shelf.Tried {

  private static final String TUNNEL = "ssl/";

  NmapRule {
    values = Map.copyOf(values);
    cpe = List.copyOf(cpe);
  }

  /** The name of the service, without what it is tunnelled through. */
  String protocol() {
    return service.startsWith(TUNNEL) ? service.substring(TUNNEL.length()) : service;
  }

  Signature shown(String field) {
    NmapTemplate product = values.get(Part.PRODUCT);
    return new Signature(
        id,
        protocol(),
        field,
        pattern.pattern(),
        product == null ? null : product.source(),
        NmapBook.ORIGIN);
  }

  NmapMatch match(String text, Matcher matcher) {
    IntFunction<Optional<String>> raw =
        group ->
            matcher.start(group) < 0
                ? Optional.empty()
                : Optional.of(text.substring(matcher.start(group), matcher.end(group)));
    Service found =
        new Service(
            protocol(),
            value(Part.PRODUCT, raw),
            value(Part.VERSION, raw),
            value(Part.INFO, raw),
            value(Part.HOSTNAME, raw),
            value(Part.OS, raw),
            value(Part.DEVICE, raw),
            cpe.stream().flatMap(name -> name.fillCpe(raw).stream()).toList(),
            service.startsWith(TUNNEL));
    Span span = new Span(matcher.start(), matcher.end() - matcher.start());
    return new NmapMatch(new Match(id, found, List.of(span)), soft);
  }

  private @Nullable String value(Part part, IntFunction<Optional<String>> raw) {
    NmapTemplate template = values.get(part);
    return template == null ? null : template.fill(raw).orElse(null);
  }
}
