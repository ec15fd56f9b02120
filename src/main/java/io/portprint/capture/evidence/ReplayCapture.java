package io.portprint.capture.evidence;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All conversations of a replay as a pcapng file (draft-ietf-opsawg-pcapng), which Wireshark opens:
 * each is a TCP connection or an exchange of datagrams of its own, with what was changed in it as a
 * comment. Payloads, addresses and ports are what they were; all else in the headers is made up,
 * and a comment on the file says so.
 *
 * <p>The same conversations give the same bytes. At most 4,096 of them are shown, and 64 KiB of
 * each direction of a turn; comments say where something was left out.
 */
public final class ReplayCapture {

  private final Recording replay;
  private final String application;

  /**
   * @param application who writes the file, such as {@code Portprint 1.0}
   */
  public ReplayCapture(Recording replay, String application) {
    this.replay = replay;
    this.application = application;
  }

  /**
   * What is known of a replay.
   *
   * @param name by which it is told from others
   * @param endpoint at which it is, or the first of several
   * @param planned conversations that belong to it
   * @param conversations those that were held, in their order
   */
  public record Recording(
      String name,
      Endpoint endpoint,
      Instant begun,
      int planned,
      List<Conversation> conversations) {

    public Recording {
      conversations = List.copyOf(conversations);
    }
  }

  /**
   * One conversation.
   *
   * @param change what was changed in the request
   * @param server with whom
   * @param client our own address in it; null where it isn't known
   * @param clientPort 0 where the endpoint never was spoken to
   * @param begun when it began, or later than that
   * @param planned turns that belong to it, the last of which is the request's
   * @param turns those that were come to
   */
  public record Conversation(
      String change,
      InetSocketAddress server,
      @Nullable InetAddress client,
      int clientPort,
      Instant begun,
      int planned,
      List<Said> turns) {

    public Conversation {
      turns = List.copyOf(turns);
    }
  }

  /**
   * One turn of a conversation.
   *
   * @param roundTrip until the first byte that was heard; null where nothing was
   * @param ending how the hearing ended, in a word
   * @param truncated whether more was heard than was kept
   */
  public record Said(
      Bytes sent, Bytes received, @Nullable Duration roundTrip, String ending, boolean truncated) {}

  /** Whether there is not one packet to show. */
  public boolean isEmpty() {
    return shown().stream().allMatch(this::isBare);
  }

  private List<Conversation> shown() {
    List<Conversation> all = replay.conversations();
    return all.subList(0, Math.min(EvidenceCapture.MOST_TURNS, all.size()));
  }

  /** A connection is something to show even where nothing was said; no datagram is nothing. */
  private boolean isBare(Conversation conversation) {
    return conversation.clientPort() == 0
        || replay.endpoint().transport() == Transport.UDP
            && conversation.turns().stream()
                .allMatch(turn -> turn.sent().isEmpty() && turn.received().isEmpty());
  }

  /** Writes the file, packet by packet, and leaves the stream open. */
  public void writeTo(OutputStream out) throws IOException {
    List<Conversation> shown = shown();
    PcapngWriter file = new PcapngWriter(out);
    int bare = (int) shown.stream().filter(this::isBare).count();
    boolean guessed = shown.stream().anyMatch(one -> !isBare(one) && known(one) == null);
    file.section(Remarks.replay(replay, shown.size(), bare, guessed), application);
    file.describeInterface("replay");
    Tape tape = new Tape(file, nanos(replay.begun()));
    for (int i = 0; i < shown.size(); i++) {
      Conversation conversation = shown.get(i);
      if (isBare(conversation)) {
        continue;
      }
      InetAddress known = known(conversation);
      InetAddress server = conversation.server().getAddress();
      IpPath path = new IpPath(known == null ? EvidenceCapture.clientOf(server) : known, server);
      int port = conversation.clientPort();
      int serverPort = conversation.server().getPort();
      tape.forward(nanos(conversation.begun()));
      List<Turn> turns = turns(i + 1, conversation);
      switch (replay.endpoint().transport()) {
        case TCP -> new TcpStream(path, port, serverPort, i, tape).play(turns);
        case UDP -> {
          Datagrams datagrams = new Datagrams(path, port, serverPort, tape);
          for (Turn turn : turns) {
            datagrams.play(turn);
          }
        }
      }
    }
  }

  /** The client's address where it is known, and one that can be spoken from. */
  private static @Nullable InetAddress known(Conversation conversation) {
    InetAddress client = conversation.client();
    boolean version4 = conversation.server().getAddress() instanceof Inet4Address;
    return client == null
            || client.isAnyLocalAddress()
            || client instanceof Inet4Address != version4
        ? null
        : client;
  }

  private static List<Turn> turns(int number, Conversation conversation) {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < conversation.turns().size(); i++) {
      Said said = conversation.turns().get(i);
      Bytes sent = said.sent().head(EvidenceCapture.MOST_BYTES);
      Bytes received = said.received().head(EvidenceCapture.MOST_BYTES);
      boolean cut =
          said.truncated()
              || sent.length() < said.sent().length()
              || received.length() < said.received().length();
      turns.add(
          new Turn(
              sent,
              received,
              EvidenceCapture.nanos(said.roundTrip(), EvidenceCapture.LONGEST),
              Remarks.turn(number, conversation, i, cut)));
    }
    return turns.isEmpty()
        ? List.of(new Turn(Bytes.EMPTY, Bytes.EMPTY, 0, Remarks.bare(number, conversation)))
        : turns;
  }

  private static long nanos(Instant at) {
    return EvidenceCapture.nanos(Duration.between(Instant.EPOCH, at), EvidenceCapture.LATEST);
  }
}
