package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/**
 * Our half of the key exchange with which a BitTorrent client disguises its connections (Message
 * Stream Encryption): a 768-bit prime, generator 2, and a private key of 160 bits. It protects
 * nothing; it is made to be talked to.
 */
record MseKey(BigInteger secret) {

  /** How long a public key and the shared secret are. */
  static final int LENGTH = 96;

  private static final int SECRET_LENGTH = 20;
  private static final BigInteger PRIME =
      new BigInteger(
          "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22"
              + "514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"
              + "F44C42E9A63A36210000000000090563",
          16);

  static MseKey generate(RandomGenerator random) {
    byte[] secret = new byte[SECRET_LENGTH];
    random.nextBytes(secret);
    secret[0] |= (byte) 0x80;
    return new MseKey(new BigInteger(1, secret));
  }

  Bytes publicKey() {
    return padded(BigInteger.TWO.modPow(secret, PRIME));
  }

  /**
   * What we say once we have the other's public key: the hash of {@code req1} and the shared
   * secret, by which it finds where our padding ends. Nobody can say it without having computed the
   * secret, nor recognise it.
   */
  Bytes synchronisation(Bytes otherPublicKey) {
    BigInteger other = new BigInteger(1, otherPublicKey.head(LENGTH).toArray());
    Bytes shared = padded(other.modPow(secret, PRIME));
    return sha1(Bytes.latin1("req1").plus(shared));
  }

  private static Bytes padded(BigInteger number) {
    byte[] plain = number.toByteArray();
    byte[] whole = new byte[LENGTH];
    int length = Math.min(LENGTH, plain.length);
    System.arraycopy(plain, plain.length - length, whole, LENGTH - length, length);
    return Bytes.of(whole);
  }

  private static Bytes sha1(Bytes content) {
    try {
      return Bytes.of(MessageDigest.getInstance("SHA-1").digest(content.toArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
