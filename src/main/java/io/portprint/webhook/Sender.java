package io.portprint.webhook;

import io.portprint.scope.AllowedAddresses;
import io.portprint.scope.HostResolver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.springframework.boot.http.client.FilteredHostException;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpComponentsHttpClientBuilder;
import org.springframework.boot.http.client.HttpRedirects;

/**
 * Posts over HTTP/1.1 to whatever a client named. The receiver is hostile: the addresses that its
 * name has at that moment are judged and those judged are connected to, no proxy, redirect or
 * connection of before leads elsewhere, its headers are bounded, of its body nothing is read, and
 * an attempt ends in time whatever it does.
 */
final class Sender implements AutoCloseable {

  /** Always in UTF-8 (RFC 8259, 11). */
  private static final ContentType JSON = ContentType.create("application/json");

  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(8_192).setMaxHeaderCount(64).build();

  private final CloseableHttpClient client;
  private final Duration timeout;
  private final InstantSource clock;

  Sender(
      AllowedAddresses allowed,
      HostResolver resolver,
      Duration timeout,
      int connections,
      InstantSource clock) {
    this.timeout = timeout;
    this.clock = clock;
    this.client =
        new HttpComponentsHttpClientBuilder()
            .withDnsResolver(new Resolver(resolver))
            .withConnectionManagerCustomizer(
                manager ->
                    manager
                        .setMaxConnTotal(connections)
                        .setMaxConnPerRoute(connections)
                        .setConnectionFactory(
                            ManagedHttpClientConnectionFactory.builder()
                                .http1Config(BOUNDS)
                                .build()))
            .withDefaultRequestConfigCustomizer(
                request ->
                    request
                        .setConnectionRequestTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .setAuthenticationEnabled(false)
                        .setProtocolUpgradeEnabled(false))
            .withCustomizer(
                http ->
                    http.setRoutePlanner(new DefaultRoutePlanner(null))
                        .setConnectionReuseStrategy((_, _, _) -> false)
                        .setUserAgent("Portprint")
                        .disableAutomaticRetries()
                        .disableRedirectHandling()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableContentCompression())
            .build(
                HttpClientSettings.defaults()
                    .withTimeouts(timeout, timeout)
                    .withRedirects(HttpRedirects.DONT_FOLLOW)
                    .withInetAddressFilter(allowed::contains));
  }

  private record Resolver(HostResolver resolver) implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return resolver.resolve(host).toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /**
   * One attempt. Blocks until there is an outcome, for the timeout at most; what hangs in a name's
   * look-up is left behind.
   *
   * @param done told when nothing of the attempt is left
   */
  Attempt post(URI url, Map<String, String> headers, byte[] body, Runnable done)
      throws InterruptedException {
    HttpPost post = new HttpPost(url);
    FutureTask<Attempt> attempt =
        new FutureTask<>(
            () -> {
              headers.forEach(post::setHeader);
              post.setEntity(new ByteArrayEntity(body, JSON));
              return exchange(post);
            });
    Thread.ofVirtual()
        .name("webhook attempt")
        .start(
            () -> {
              try {
                attempt.run();
              } finally {
                done.run();
              }
            });
    try {
      return attempt.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Attempt.Failed("it timed out");
    } catch (ExecutionException e) {
      throw new IllegalStateException("an attempt failed in an unknown way", e.getCause());
    } finally {
      post.cancel();
    }
  }

  private Attempt exchange(HttpPost post) {
    try {
      ClassicHttpResponse response = client.executeOpen(null, post, HttpClientContext.create());
      Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
      return new Attempt.Answered(
          response.getCode(),
          retryAfter == null
              ? Duration.ZERO
              : RetryAfter.parse(retryAfter.getValue(), clock.instant()).orElse(Duration.ZERO));
    } catch (FilteredHostException e) {
      return new Attempt.NotAllowed();
    } catch (IOException e) {
      return new Attempt.Failed(reason(e));
    } finally {
      post.cancel(); // ends the connection, with whatever body is still to come
    }
  }

  /** In words of our own: messages of exceptions may hold what the receiver sent. */
  private static String reason(IOException e) {
    return switch (e) {
      case UnknownHostException _ -> "its host name has no address";
      case SocketTimeoutException _ -> "it timed out";
      case ConnectException _ -> "the connection was refused";
      case NoRouteToHostException _ -> "there is no way to its host";
      case SSLException _ -> "no TLS connection that can be trusted came about";
      default -> "the connection broke, or the answer was no HTTP";
    };
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
