package io.portprint.scope;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client names: every target at every port, and single endpoints besides.
 *
 * @param targets host names, addresses ({@code 192.0.2.1}, {@code 2001:db8::1}, {@code
 *     [2001:db8::1]}), blocks ({@code 192.0.2.0/24}; host bits may be set and are ignored) and
 *     ranges ({@code 192.0.2.1-192.0.2.9}, {@code 192.0.2.1-9}); they need {@code ports}
 * @param ports in Nmap's syntax, such as {@code 21,80,10000-50000,U:53,T:8000-8010}; open ranges
 *     {@code -1024}, {@code 60000-}, and {@code -} or {@code all} for all; {@code top-100} and, of
 *     TCP, {@code top-1000} for the common ones. {@code T:} and {@code U:} hold up to the next one.
 *     A range skips 9100-9107/tcp, where printers print whatever they are sent: those are taken
 *     when named by their single numbers, and no preset has them
 * @param endpoints such as {@code 127.0.0.1:20017/tcp}, {@code [::1]:53/udp} or {@code
 *     lab.internal:80}; TCP where no transport is named
 * @param exclude what is not to be probed, whatever the others say, in the syntax of targets. An
 *     address is left out of every block, range, endpoint and name; a name is left out with all of
 *     its addresses
 * @param allAddresses whether each address of a host name is an endpoint; else it is the first that
 *     is left, in the resolver's order
 */
public record Selection(
    List<String> targets,
    @Nullable String ports,
    List<String> endpoints,
    List<String> exclude,
    boolean allAddresses) {

  public Selection {
    // Not List.copyOf: a null that came in from JSON is refused by its place, as any other text
    // that is not a target.
    targets = Collections.unmodifiableList(new ArrayList<>(targets));
    endpoints = Collections.unmodifiableList(new ArrayList<>(endpoints));
    exclude = Collections.unmodifiableList(new ArrayList<>(exclude));
  }

  /** With nothing left out, and one address of each name. */
  public Selection(List<String> targets, @Nullable String ports, List<String> endpoints) {
    this(targets, ports, endpoints, List.of(), false);
  }
}
