package io.portprint.engine;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many endpoints are worked on at a time. An endpoint under examination may hold its full
 * number of conversations, so a slot stands for so many; a conversation within a slot then never
 * waits for another endpoint's. A swept one holds one socket.
 *
 * @param inAll examined at a time
 * @param perHost examined at a time on one address
 * @param swept at a time
 */
public record Slots(int inAll, int perHost, int swept) {

  private static final Logger log = LoggerFactory.getLogger(Slots.class);

  /** The bounds on conversations, in endpoints. */
  static Slots of(EngineProperties properties, int connectionsPerEndpoint, int sweep) {
    long descriptors = descriptors();
    long room = Math.max(connectionsPerEndpoint, descriptors - properties.descriptorReserve());
    long conversations = Math.min(properties.maxConversations(), room);
    if (conversations < properties.maxConversations()) {
      log.atWarn()
          .addKeyValue("configured", properties.maxConversations())
          .addKeyValue("fileDescriptors", descriptors)
          .addKeyValue("used", conversations)
          .log("fewer conversations than configured: raise the limit on open files (ulimit -n)");
    }
    return new Slots(
        (int) Math.max(1, conversations / connectionsPerEndpoint),
        Math.max(1, properties.connectionsPerHost() / connectionsPerEndpoint),
        (int) Math.clamp(descriptors - properties.descriptorReserve() - conversations, 1, sweep));
  }

  private static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
