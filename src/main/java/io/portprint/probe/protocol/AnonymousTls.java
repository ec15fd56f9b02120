package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.protocol.Cursor.Malformed;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * TLS 1.2 with an anonymous Diffie-Hellman key (RFC 5246; RFC 5288 for the cipher), as far as one
 * question and its answer take. NRPE speaks it where nobody gave it a certificate, and Java's own
 * TLS has given it up. Nothing secret is ever said in it: neither side knows whom it talks to.
 *
 * <p>Two flights: the {@link #hello()}; then, upon the server's, the end of the handshake and the
 * question at once.
 */
final class AnonymousTls {

  private static final int CHANGE_CIPHER = 20;
  private static final int HANDSHAKE = 22;
  private static final int DATA = 23;
  private static final int SERVER_HELLO = 2;
  private static final int SERVER_KEY_EXCHANGE = 12;
  private static final int SERVER_HELLO_DONE = 14;
  private static final int CLIENT_KEY_EXCHANGE = 16;
  private static final int FINISHED = 20;

  private static final Bytes VERSION = Bytes.hex("0303");

  /** TLS_DH_anon_WITH_AES_128_GCM_SHA256. */
  private static final int SUITE = 0x00a6;

  private static final int KEY = 16;
  private static final int SALT = 4;
  private static final int NONCE = 8;
  private static final int TAG = 16;
  private static final int LONGEST_PRIME = 512;

  private final Bytes random;
  private final BigInteger secret;
  private final Bytes hello;

  AnonymousTls(RandomGenerator source) {
    random = Claims.random(source, 32);
    secret = new BigInteger(1, Claims.random(source, 32).toArray());
    // a signal of RFC 5746 beside the one suite, no compression, no extensions
    hello = message(1, VERSION.plus(random).plus(Bytes.hex("00 0004 00a6 00ff 01 00")));
  }

  /** The ClientHello in its record. */
  Bytes hello() {
    return record(HANDSHAKE, hello);
  }

  /** The keys of a session that the server has agreed to, and how far each side has counted. */
  static final class Session {

    private final byte[] clientKey;
    private final byte[] serverKey;
    private final byte[] clientSalt;
    private final byte[] serverSalt;
    private final Bytes flight;

    private Session(byte[] block, Bytes flight, Bytes finished, Bytes question)
        throws GeneralSecurityException {
      clientKey = Arrays.copyOfRange(block, 0, KEY);
      serverKey = Arrays.copyOfRange(block, KEY, 2 * KEY);
      clientSalt = Arrays.copyOfRange(block, 2 * KEY, 2 * KEY + SALT);
      serverSalt = Arrays.copyOfRange(block, 2 * KEY + SALT, 2 * (KEY + SALT));
      this.flight = flight.plus(sealed(0, HANDSHAKE, finished)).plus(sealed(1, DATA, question));
    }

    /** The end of the handshake, and the question. */
    Bytes flight() {
      return flight;
    }

    private Bytes sealed(long number, int type, Bytes content) throws GeneralSecurityException {
      byte[] nonce = ByteBuffer.allocate(NONCE).putLong(number).array();
      byte[] sealed =
          cipher(
              Cipher.ENCRYPT_MODE, clientKey, clientSalt, nonce, number, type, content.toArray());
      return record(type, Bytes.of(nonce).plus(Bytes.of(sealed)));
    }

    /** What the server has said inside, as far as it came whole; empty where nothing fits. */
    Bytes read(Bytes received) {
      Bytes data = Bytes.EMPTY;
      long number = 0;
      boolean changed = false;
      Cursor records = Cursor.of(received);
      try {
        while (!records.atEnd()) {
          int type = records.u8();
          records.skip(2);
          Bytes content = records.take(records.u16());
          if (changed) {
            Bytes opened = opened(number++, type, content);
            data = type == DATA ? data.plus(opened) : data;
          }
          changed |= type == CHANGE_CIPHER;
        }
      } catch (Malformed | GeneralSecurityException e) {
        return data;
      }
      return data;
    }

    private Bytes opened(long number, int type, Bytes content)
        throws GeneralSecurityException, Malformed {
      Cursor.require(content.length() >= NONCE + TAG, "a nonce and a tag");
      return Bytes.of(
          cipher(
              Cipher.DECRYPT_MODE,
              serverKey,
              serverSalt,
              content.head(NONCE).toArray(),
              number,
              type,
              content.slice(NONCE, content.length()).toArray()));
    }

    private static byte[] cipher(
        int mode, byte[] key, byte[] salt, byte[] nonce, long number, int type, byte[] content)
        throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      byte[] whole = Bytes.of(salt).plus(Bytes.of(nonce)).toArray();
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, whole));
      int length = mode == Cipher.ENCRYPT_MODE ? content.length : content.length - TAG;
      cipher.updateAAD(
          ByteBuffer.allocate(13)
              .putLong(number)
              .put((byte) type)
              .put(VERSION.toArray())
              .putShort((short) length)
              .array());
      return cipher.doFinal(content);
    }
  }

  /** Whether the server's first flight is whole. */
  static boolean whole(Bytes received) {
    try {
      Bytes messages = messages(received);
      return messages.length() >= 4
          && messages
              .slice(messages.length() - 4, messages.length())
              .equals(message(SERVER_HELLO_DONE, Bytes.EMPTY));
    } catch (Malformed e) {
      return false;
    }
  }

  /**
   * Agrees upon keys.
   *
   * @param received the server's first flight
   * @param question what to say first inside
   * @return empty where the server agrees to nothing
   */
  Optional<Session> agree(Bytes received, Bytes question) {
    try {
      Bytes messages = messages(received);
      Cursor in = Cursor.of(messages);
      Cursor serverHello = message(in, SERVER_HELLO);
      Cursor.require(serverHello.take(2).equals(VERSION), "TLS 1.2");
      Bytes serverRandom = serverHello.take(32);
      serverHello.skip(serverHello.u8());
      Cursor.require(serverHello.u16() == SUITE, "the suite that was offered");
      Cursor key = message(in, SERVER_KEY_EXCHANGE);
      BigInteger prime = number(key);
      BigInteger base = number(key);
      BigInteger theirs = number(key);
      Cursor.require(key.atEnd() && prime.testBit(0) && prime.bitLength() > 8, "a prime");
      message(in, SERVER_HELLO_DONE);
      Cursor.require(in.atEnd(), "nothing more");
      Bytes own = magnitude(base.modPow(secret, prime));
      Bytes exchange =
          message(
              CLIENT_KEY_EXCHANGE,
              Bytes.of((byte) (own.length() >> 8), (byte) own.length()).plus(own));
      byte[] master =
          expand(
              magnitude(theirs.modPow(secret, prime)).toArray(),
              "master secret",
              random.plus(serverRandom),
              48);
      byte[] block = expand(master, "key expansion", serverRandom.plus(random), 2 * (KEY + SALT));
      Bytes transcript =
          Bytes.of(
              MessageDigest.getInstance("SHA-256")
                  .digest(hello.plus(messages).plus(exchange).toArray()));
      Bytes finished =
          message(FINISHED, Bytes.of(expand(master, "client finished", transcript, 12)));
      Bytes flight = record(HANDSHAKE, exchange).plus(record(CHANGE_CIPHER, Bytes.of((byte) 1)));
      return Optional.of(new Session(block, flight, finished, question));
    } catch (Malformed | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static BigInteger number(Cursor in) throws Malformed {
    int length = in.u16();
    Cursor.require(length > 0 && length <= LONGEST_PRIME, "a number within bounds");
    return new BigInteger(1, in.take(length).toArray());
  }

  /** Without the zeros that it may begin with (RFC 5246, 8.1.2). */
  private static Bytes magnitude(BigInteger number) {
    byte[] signed = number.toByteArray();
    return signed.length > 1 && signed[0] == 0
        ? Bytes.of(Arrays.copyOfRange(signed, 1, signed.length))
        : Bytes.of(signed);
  }

  /** The pseudorandom function (RFC 5246, 5). */
  private static byte[] expand(byte[] secret, String label, Bytes seed, int length)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    byte[] whole = Bytes.latin1(label).plus(seed).toArray();
    byte[] a = whole;
    Bytes out = Bytes.EMPTY;
    while (out.length() < length) {
      a = mac.doFinal(a);
      mac.update(a);
      out = out.plus(Bytes.of(mac.doFinal(whole)));
    }
    return out.head(length).toArray();
  }

  /** The handshake messages in records, put together. */
  private static Bytes messages(Bytes received) throws Malformed {
    Bytes messages = Bytes.EMPTY;
    Cursor records = Cursor.of(received);
    while (!records.atEnd()) {
      Cursor.require(records.u8() == HANDSHAKE, "a handshake");
      records.skip(2);
      messages = messages.plus(records.take(records.u16()));
    }
    return messages;
  }

  private static Cursor message(Cursor in, int type) throws Malformed {
    Cursor.require(in.u8() == type, "the message that comes next");
    return in.within((long) in.u8() << 16 | in.u16());
  }

  private static Bytes message(int type, Bytes body) {
    return Bytes.of((byte) type, (byte) 0, (byte) (body.length() >> 8), (byte) body.length())
        .plus(body);
  }

  private static Bytes record(int type, Bytes content) {
    return Bytes.of((byte) type)
        .plus(VERSION)
        .plus(Bytes.of((byte) (content.length() >> 8), (byte) content.length()))
        .plus(content);
  }
}
