package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Header compression of HTTP/2 (RFC 7541): a decoder for one header block, and the few
 * representations that a request needs. Total and bounded: what is broken ends the decoding, what
 * was read before it is kept.
 */
final class Hpack {

  private static final int MOST_FIELDS = 128;
  private static final int MOST_TEXT = 8 * 1024;
  private static final int TABLE = 4096;
  private static final int ENTRY_OVERHEAD = 32;

  /** Appendix A; names and values in the order of their index, from 1. */
  private static final List<HttpMessage.Field> STATIC = staticTable();

  /**
   * The code length of each symbol in appendix B, from {@code a} = 5 on. The code is canonical: by
   * length, then by symbol, each code is the one before it plus 1, so lengths are all there is to
   * know.
   */
  private static final String LENGTHS =
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf"
          + "ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabccccckgjix"
          + "prpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs"
          + "vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwv"
          + "z";

  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;
  private static final int END_OF_STRING = 256;
  private static final Huffman HUFFMAN = Huffman.of(LENGTHS);

  private Hpack() {}

  /** The fields of a header block, up to the first that is broken. */
  static List<HttpMessage.Field> decode(Bytes block) {
    return new Decoder(block).fields();
  }

  /**
   * A request for a path: indexed fields where the static table has them, literals without indexing
   * elsewhere.
   */
  static Bytes request(String scheme, String authority, String path) {
    Bytes start = Bytes.of((byte) 0x82, (byte) (scheme.equals("https") ? 0x87 : 0x86));
    return start
        .plus(path.equals("/") ? Bytes.of((byte) 0x84) : literal(4, path))
        .plus(literal(1, authority))
        .plus(literal(58, "Portprint/1"))
        .plus(literal(19, "*/*"));
  }

  /** A literal without indexing whose name is in the static table. */
  private static Bytes literal(int index, String value) {
    return integer(0x00, 4, index).plus(integer(0x00, 7, value.length())).plus(Bytes.latin1(value));
  }

  private static Bytes integer(int pattern, int bits, int value) {
    int most = (1 << bits) - 1;
    if (value < most) {
      return Bytes.of((byte) (pattern | value));
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    octets.write(pattern | most);
    int rest = value - most;
    while (rest >= 0x80) {
      octets.write(rest & 0x7f | 0x80);
      rest >>= 7;
    }
    octets.write(rest);
    return Bytes.of(octets.toByteArray());
  }

  private static List<HttpMessage.Field> staticTable() {
    String table =
        ":authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|"
            + ":scheme=https|:status=200|:status=204|:status=206|:status=304|:status=400|"
            + ":status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|"
            + "accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|"
            + "authorization|cache-control|content-disposition|content-encoding|"
            + "content-language|content-length|content-location|content-range|content-type|"
            + "cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|"
            + "if-none-match|if-range|if-unmodified-since|last-modified|link|location|"
            + "max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|"
            + "retry-after|server|set-cookie|strict-transport-security|transfer-encoding|"
            + "user-agent|vary|via|www-authenticate";
    List<HttpMessage.Field> fields = new ArrayList<>();
    for (String entry : table.split("\\|", -1)) {
      int equals = entry.indexOf('=');
      fields.add(
          equals < 0
              ? new HttpMessage.Field(entry, "")
              : new HttpMessage.Field(entry.substring(0, equals), entry.substring(equals + 1)));
    }
    return List.copyOf(fields);
  }

  /** Thrown and caught in this file: the block is broken here. */
  private static final class Broken extends Exception {

    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message, null, false, false);
    }
  }

  private static final class Decoder {

    private final Bytes block;
    private final Deque<HttpMessage.Field> dynamic = new ArrayDeque<>();
    private int size;
    private int limit = TABLE;
    private int at;

    Decoder(Bytes block) {
      this.block = block;
    }

    List<HttpMessage.Field> fields() {
      List<HttpMessage.Field> fields = new ArrayList<>();
      try {
        while (at < block.length() && fields.size() < MOST_FIELDS) {
          HttpMessage.Field field = next();
          if (field != null) {
            fields.add(field);
          }
        }
      } catch (Broken theRestCantBeRead) {
        return fields;
      }
      return fields;
    }

    /** The next field; null where the representation is none. */
    private HttpMessage.@Nullable Field next() throws Broken {
      int first = block.at(at);
      if ((first & 0x80) != 0) {
        return entry(integer(7));
      }
      if ((first & 0xc0) == 0x40) {
        HttpMessage.Field field = literal(6);
        remember(field);
        return field;
      }
      if ((first & 0xe0) == 0x20) {
        limit = Math.min(TABLE, integer(5));
        evict();
        return null;
      }
      return literal(4);
    }

    private HttpMessage.Field literal(int bits) throws Broken {
      int index = integer(bits);
      String name = index == 0 ? text() : entry(index).name();
      return new HttpMessage.Field(name, text());
    }

    private HttpMessage.Field entry(int index) throws Broken {
      if (index >= 1 && index <= STATIC.size()) {
        return STATIC.get(index - 1);
      }
      return dynamic.stream()
          .skip(Math.max(0L, (long) index - STATIC.size() - 1))
          .findFirst()
          .filter(field -> index > STATIC.size())
          .orElseThrow(() -> new Broken("no such index"));
    }

    private void remember(HttpMessage.Field field) {
      dynamic.addFirst(field);
      size += cost(field);
      evict();
    }

    private void evict() {
      while (size > limit) {
        size -= cost(dynamic.removeLast());
      }
    }

    private static int cost(HttpMessage.Field field) {
      return field.name().length() + field.value().length() + ENTRY_OVERHEAD;
    }

    private int octet() throws Broken {
      if (at >= block.length()) {
        throw new Broken("the block is cut off");
      }
      return block.at(at++);
    }

    private int integer(int bits) throws Broken {
      int most = (1 << bits) - 1;
      int value = octet() & most;
      if (value < most) {
        return value;
      }
      for (int shift = 0; shift <= 14; shift += 7) {
        int next = octet();
        value += (next & 0x7f) << shift;
        if ((next & 0x80) == 0) {
          return value;
        }
      }
      throw new Broken("a number beyond all need");
    }

    private String text() throws Broken {
      boolean coded = at < block.length() && (block.at(at) & 0x80) != 0;
      int length = integer(7);
      if (length > MOST_TEXT || length > block.length() - at) {
        throw new Broken("a text longer than the block");
      }
      Bytes octets = block.slice(at, at + length);
      at += length;
      return coded
          ? HUFFMAN.decode(octets).orElseThrow(() -> new Broken("no such code"))
          : octets.latin1();
    }
  }

  /**
   * A canonical Huffman code.
   *
   * @param firstCode of each length
   * @param firstSymbol where the symbols of each length begin in {@code symbols}
   * @param count of symbols of each length
   */
  @SuppressWarnings("ArrayRecordComponent") // private to this file, made once and never changed
  private record Huffman(int[] firstCode, int[] firstSymbol, int[] count, int[] symbols) {

    static Huffman of(String lengths) {
      int[] firstCode = new int[LONGEST + 1];
      int[] firstSymbol = new int[LONGEST + 1];
      int[] count = new int[LONGEST + 1];
      int[] symbols = new int[lengths.length()];
      int code = 0;
      int filled = 0;
      for (int length = SHORTEST; length <= LONGEST; length++) {
        code <<= 1;
        firstCode[length] = code;
        firstSymbol[length] = filled;
        for (int symbol = 0; symbol < lengths.length(); symbol++) {
          if (lengths.charAt(symbol) - 'a' + SHORTEST == length) {
            symbols[filled++] = symbol;
            code++;
          }
        }
        count[length] = filled - firstSymbol[length];
      }
      return new Huffman(firstCode, firstSymbol, count, symbols);
    }

    Optional<String> decode(Bytes coded) {
      byte[] text = new byte[coded.length() * 8 / SHORTEST + 1];
      int filled = 0;
      int code = 0;
      int length = 0;
      for (int bit = 0; bit < coded.length() * 8; bit++) {
        code = code << 1 | coded.at(bit / 8) >> 7 - bit % 8 & 1;
        length++;
        if (length > LONGEST) {
          return Optional.empty();
        }
        int nth = code - firstCode[length];
        if (nth >= 0 && nth < count[length]) {
          int symbol = symbols[firstSymbol[length] + nth];
          if (symbol == END_OF_STRING) {
            return Optional.empty();
          }
          text[filled++] = (byte) symbol;
          code = 0;
          length = 0;
        }
      }
      boolean padded = length < 8 && code == (1 << length) - 1;
      return padded
          ? Optional.of(new String(Arrays.copyOf(text, filled), StandardCharsets.ISO_8859_1))
          : Optional.empty();
    }
  }
}
