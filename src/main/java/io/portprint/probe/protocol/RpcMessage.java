package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A reply of ONC RPC (RFC 5531) to a call of ours without credentials.
 *
 * @param accepted the state of an accepted call, 0 for success; -1 for one that was denied
 * @param result what the procedure returned
 */
record RpcMessage(int accepted, Bytes result) {

  static final int PORTMAPPER = 100_000;
  static final int NFS = 100_003;

  /** A program by the name of its service, and a version of it. */
  record Program(String protocol, int number, int version) {}

  /** What is met on ports of its own, the most common first. */
  static final List<Program> WITHOUT_PORT_MAPPER =
      List.of(
          new Program("nfs", NFS, 3),
          new Program("mountd", 100_005, 3),
          new Program("nlockmgr", 100_021, 4),
          new Program("status", 100_024, 1),
          new Program("kerberos-adm", 2_112, 2),
          new Program("rquotad", 100_011, 1),
          new Program("ypserv", 100_004, 2),
          new Program("ypbind", 100_007, 2),
          new Program("yppasswdd", 100_009, 1),
          new Program("ypxfrd", 600_100_069, 1),
          new Program("rusersd", 100_002, 2),
          new Program("rstatd", 100_001, 3),
          new Program("walld", 100_008, 1),
          new Program("sprayd", 100_012, 1),
          new Program("bootparam", 100_026, 1),
          new Program("nfs_acl", 100_227, 3),
          new Program("sgi_fam", 391_002, 2));

  static final int NULL = 0;
  static final int DUMP = 4;

  private static final int SUCCESS = 0;
  private static final int PROGRAM_UNAVAILABLE = 1;
  private static final int PROGRAM_MISMATCH = 2;
  private static final int MOST_STATES = 5;
  private static final int CALL_LENGTH = 40;
  private static final int MOST_PROGRAMS = 256;

  static Bytes call(RandomGenerator random, int program, int version, int procedure) {
    return Claims.random(random, 4)
        .plus(
            Bytes.hex(
                "00000000 00000002 %08x %08x %08x".formatted(program, version, procedure)
                    + "00000000 00000000 00000000 00000000"));
  }

  /** The one fragment of a record over a stream (RFC 5531, section 11). */
  static Bytes framed(Bytes message) {
    return Bytes.hex("%08x".formatted(0x80000000 | message.length())).plus(message);
  }

  /** What a stream holds as a whole record; empty while it does not. */
  static Optional<Bytes> unframed(Bytes stream) {
    Bytes record = Bytes.EMPTY;
    int at = 0;
    while (stream.length() - at >= 4) {
      long head = stream.u32(at);
      long length = head & 0x7fffffffL;
      if (length == 0 || length > stream.length() - at - 4L) {
        return Optional.empty();
      }
      record = record.plus(stream.slice(at + 4, at + 4 + (int) length));
      at += 4 + (int) length;
      if (head >> 31 == 1) {
        return at == stream.length() ? Optional.of(record) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Whether this is a call of the null procedure of the port mapper, as it stands in openings. */
  static boolean isOpening(Bytes sent) {
    return sent.length() == CALL_LENGTH
        && sent.slice(4, CALL_LENGTH)
            .equals(
                Bytes.hex(
                    "00000000 00000002 000186a0 00000002 00000000"
                        + "00000000 00000000 00000000 00000000"));
  }

  static Optional<RpcMessage> read(Bytes call, Bytes reply) {
    if (call.length() != CALL_LENGTH) {
      return Optional.empty();
    }
    try {
      Cursor cursor = Cursor.of(reply);
      Cursor.require(cursor.u32() == call.u32(0), "the call's identifier is repeated");
      Cursor.require(cursor.u32() == 1, "a reply");
      long denied = cursor.u32();
      Cursor.require(denied <= 1, "accepted or denied");
      if (denied == 1) {
        long reason = cursor.u32();
        Cursor.require(cursor.remaining() == (reason == 0 ? 8 : 4) && reason <= 1, "a reason");
        return Optional.of(new RpcMessage(-1, cursor.rest()));
      }
      cursor.skip(4);
      long verifier = cursor.u32();
      Cursor.require(verifier <= 400, "a short verifier");
      cursor.skip((verifier + 3) / 4 * 4);
      long state = cursor.u32();
      Cursor.require(state <= MOST_STATES, "a known state");
      Cursor.require(state != PROGRAM_MISMATCH || cursor.remaining() == 8, "two versions");
      Cursor.require(state == 0 || state == 2 || cursor.atEnd(), "nothing after an error");
      return Optional.of(new RpcMessage((int) state, cursor.rest()));
    } catch (Cursor.Malformed noReply) {
      return Optional.empty();
    }
  }

  boolean succeeded() {
    return accepted == SUCCESS;
  }

  /** The call was refused for its lack of credentials. */
  boolean denied() {
    return accepted < 0;
  }

  /** A server of RPC that does not have the program. */
  boolean programUnavailable() {
    return accepted == PROGRAM_UNAVAILABLE;
  }

  /** The program is there, in other versions. */
  boolean programMismatch() {
    return accepted == PROGRAM_MISMATCH;
  }

  /** The registrations in the answer of the port mapper's DUMP, in terms of JSON. */
  List<Map<String, Object>> programs() {
    List<Map<String, Object>> programs = new ArrayList<>();
    try {
      Cursor cursor = Cursor.of(result);
      while (cursor.u32() == 1 && programs.size() < MOST_PROGRAMS) {
        Map<String, Object> program = new TreeMap<>();
        long number = cursor.u32();
        program.put("program", number);
        program.put("name", name(number));
        program.put("version", cursor.u32());
        long transport = cursor.u32();
        program.put(
            "transport",
            transport == 6 ? "tcp" : transport == 17 ? "udp" : Long.toString(transport));
        program.put("port", cursor.u32());
        programs.add(Map.copyOf(program));
      }
    } catch (Cursor.Malformed cut) {
      return List.copyOf(programs); // a long list over UDP is cut: what came is told
    }
    return List.copyOf(programs);
  }

  /** The names that /etc/rpc of many systems has. */
  private static String name(long program) {
    return switch ((int) program) {
      case 100_000 -> "portmapper";
      case 100_001 -> "rstatd";
      case 100_002 -> "rusersd";
      case 100_003 -> "nfs";
      case 100_004 -> "ypserv";
      case 100_005 -> "mountd";
      case 100_007 -> "ypbind";
      case 100_009 -> "yppasswdd";
      case 100_011 -> "rquotad";
      case 100_012 -> "sprayd";
      case 100_021 -> "nlockmgr";
      case 100_024 -> "status";
      case 100_026 -> "bootparam";
      case 100_068 -> "cmsd";
      case 100_083 -> "ttdbserverd";
      case 100_227 -> "nfs_acl";
      case 150_001 -> "pcnfsd";
      case 391_002 -> "sgi_fam";
      default -> "unknown";
    };
  }
}
