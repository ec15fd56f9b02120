package io.portprint.capture;

import org.jspecify.annotations.Nullable;

/**
 * What a packet begins with, by the <a href="https://www.tcpdump.org/linktypes.html">registry of
 * link-layer header types</a>. Each finds the IP packet within.
 */
enum LinkType {
  NULL {
    @Override
    @Nullable Cursor ip(Cursor frame) throws MalformedPacketException {
      return ofFamily(frame);
    }
  },
  LOOP {
    @Override
    @Nullable Cursor ip(Cursor frame) throws MalformedPacketException {
      return ofFamily(frame);
    }
  },
  ETHERNET {
    @Override
    @Nullable Cursor ip(Cursor frame) throws MalformedPacketException {
      frame.skip(12);
      return ofType(frame.u16(), frame);
    }
  },
  /** IPv4 or IPv6, as the first four bits tell. */
  RAW {
    @Override
    Cursor ip(Cursor frame) {
      return frame;
    }
  },
  IPV4 {
    @Override
    Cursor ip(Cursor frame) {
      return frame;
    }
  },
  IPV6 {
    @Override
    Cursor ip(Cursor frame) {
      return frame;
    }
  },
  /** Linux cooked capture: what is captured on all interfaces together. */
  LINUX_SLL {
    @Override
    @Nullable Cursor ip(Cursor frame) throws MalformedPacketException {
      frame.skip(14);
      return ofType(frame.u16(), frame);
    }
  },
  LINUX_SLL2 {
    @Override
    @Nullable Cursor ip(Cursor frame) throws MalformedPacketException {
      int type = frame.u16();
      frame.skip(18);
      return ofType(type, frame);
    }
  };

  private static final int IPV4_TYPE = 0x0800;
  private static final int IPV6_TYPE = 0x86dd;
  private static final int LONGEST_LENGTH = 1500; // beyond it is a type (IEEE 802.3, 3.2.6)
  private static final int SNAP = 0xaaaa;
  private static final int MOST_TAGS = 4;

  /** The IP packet in a frame of this type; null where there is none. */
  abstract @Nullable Cursor ip(Cursor frame) throws MalformedPacketException;

  /** Null where it is none of those that are read. */
  static @Nullable LinkType of(int number) {
    return switch (number) {
      case 0 -> NULL;
      case 1 -> ETHERNET;
      case 12, 14, 101 -> RAW; // the first two are how some systems number it themselves
      case 108 -> LOOP;
      case 113 -> LINUX_SLL;
      case 228 -> IPV4;
      case 229 -> IPV6;
      case 276 -> LINUX_SLL2;
      default -> null;
    };
  }

  /** A name of the registry, or the number where it is not one that is read. */
  static String label(int number) {
    LinkType known = of(number);
    return known == null ? Integer.toString(number) : known.name();
  }

  /** By EtherType, behind the tags of virtual networks (IEEE 802.1Q and 802.1ad). */
  private static @Nullable Cursor ofType(int first, Cursor frame) throws MalformedPacketException {
    int type = first;
    for (int tags = 0; tags < MOST_TAGS && isTag(type); tags++) {
      frame.skip(2);
      type = frame.u16();
    }
    if (type <= LONGEST_LENGTH && frame.remaining() >= 8 && frame.u16() == SNAP) {
      frame.skip(4); // control and organisation (IEEE 802, 9.2.4)
      type = frame.u16();
    }
    return type == IPV4_TYPE || type == IPV6_TYPE ? frame : null;
  }

  private static boolean isTag(int type) {
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
  }

  /** By address family, in whichever order the machine that captured it wrote it. */
  private static @Nullable Cursor ofFamily(Cursor frame) throws MalformedPacketException {
    long word = frame.u32();
    long family = word > 0xffff ? Integer.reverseBytes((int) word) : word;
    return switch ((int) family) {
      case 2, 10, 24, 28, 30 -> frame;
      default -> null;
    };
  }
}
