package io.portprint.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection by which a sweep found an endpoint open, for whoever goes on with it. */
public final class Caller implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Caller.class);

  private final SocketChannel channel;
  private final Duration roundTrip;

  Caller(SocketChannel channel, Duration roundTrip) {
    this.channel = channel;
    this.roundTrip = roundTrip;
  }

  SocketChannel channel() {
    return channel;
  }

  /** How long it took to connect. */
  public Duration roundTrip() {
    return roundTrip;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      log.atDebug().setCause(e).log("connection did not close cleanly");
    }
  }
}
