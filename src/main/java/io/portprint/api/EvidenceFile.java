package io.portprint.api;

import io.portprint.capture.evidence.EvidenceCapture;
import io.portprint.capture.evidence.ReplayCapture;
import io.portprint.capture.learning.Party;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.job.HeldConversation;
import io.portprint.job.Replay;
import io.portprint.probe.Answer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Evidence as a file that a client downloads. */
@Component
class EvidenceFile {

  /**
   * What Wireshark tells desktops that its files are. None is registered for pcapng, and {@code
   * application/vnd.tcpdump.pcap} is the older format's.
   */
  static final String MEDIA_TYPE = "application/x-pcapng";

  private final String application;

  EvidenceFile(ObjectProvider<BuildProperties> build) {
    BuildProperties known = build.getIfAvailable();
    this.application = "Portprint " + (known == null ? "unbuilt" : known.getVersion());
  }

  /** Written on the request's own (virtual) thread, packet by packet. */
  void send(Fingerprint fingerprint, HttpServletResponse response) throws IOException {
    EvidenceCapture capture = new EvidenceCapture(fingerprint, application);
    Endpoint endpoint = fingerprint.endpoint();
    if (capture.isEmpty()) {
      throw new Refusal(
          Problem.of(
              ProblemType.NO_EVIDENCE,
              "no evidence is kept of %s, which is %s"
                  .formatted(endpoint, Words.of(fingerprint.state()))));
    }
    response.setContentType(MEDIA_TYPE);
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION,
        ContentDisposition.attachment().filename(name(endpoint)).build().toString());
    capture.writeTo(response.getOutputStream());
  }

  /** All conversations of a replay that have been held, likewise. */
  void send(Replay replay, HttpServletResponse response) throws IOException {
    ReplayCapture capture = new ReplayCapture(recording(replay), application);
    if (capture.isEmpty()) {
      throw new Refusal(
          Problem.of(
              ProblemType.NO_EVIDENCE,
              "of %d conversations held with %s not one has come about"
                  .formatted(replay.conversations().size(), replay.endpoint())));
    }
    response.setContentType(MEDIA_TYPE);
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION,
        ContentDisposition.attachment()
            .filename("portprint-replay-" + replay.id() + ".pcapng")
            .build()
            .toString());
    capture.writeTo(response.getOutputStream());
  }

  private static ReplayCapture.Recording recording(Replay replay) {
    return new ReplayCapture.Recording(
        replay.id().toString(),
        replay.endpoint(),
        replay.createdAt(),
        replay.planned(),
        replay.conversations().stream().map(one -> conversation(one, replay.endpoint())).toList());
  }

  private static ReplayCapture.Conversation conversation(HeldConversation held, Endpoint endpoint) {
    return new ReplayCapture.Conversation(
        LessonView.change(held.trial().mutation()),
        server(held.trial().server(), endpoint),
        held.turns().isEmpty() ? null : held.turns().getFirst().local(),
        held.trial().client().port(),
        held.trial().at(),
        held.planned(),
        held.turns().stream().map(EvidenceFile::said).toList());
  }

  private static InetSocketAddress server(Party server, Endpoint endpoint) {
    return server.addresses().isEmpty()
        ? new InetSocketAddress(endpoint.address(), endpoint.port())
        : new InetSocketAddress(server.addresses().getFirst(), server.port());
  }

  private static ReplayCapture.Said said(Answer turn) {
    return new ReplayCapture.Said(
        turn.sent(),
        turn.received(),
        turn.roundTrip(),
        Words.of(turn.ending()),
        turn.ending() == Answer.Ending.LIMIT);
  }

  /** Without colons, which Windows allows in no name. */
  private static String name(Endpoint endpoint) {
    return "portprint-%s-%d-%s.pcapng"
        .formatted(
            endpoint.addressText().replace(':', '-'),
            endpoint.port(),
            endpoint.transport().label());
  }
}
