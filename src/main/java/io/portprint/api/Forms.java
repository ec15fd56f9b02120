package io.portprint.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;

/**
 * In which form an answer is wanted: what {@code format} names, for links, where no header can be
 * set; else what the Accept header names. A browser's address line accepts XML by name and anything
 * else besides, and means a page: it gets what is answered by default.
 */
final class Forms implements ContentNegotiationStrategy {

  static final String PARAMETER = "format";
  private static final String JSON = "json";
  private static final String NDJSON = "ndjson";
  private static final String CSV = "csv";
  private static final String XML = "xml";
  private static final List<String> NAMES = List.of(JSON, NDJSON, CSV, XML);

  private static final Map<String, MediaType> BY_NAME =
      Map.of(
          JSON,
          MediaType.APPLICATION_JSON,
          NDJSON,
          MediaType.APPLICATION_NDJSON,
          CSV,
          MediaType.valueOf(FingerprintCsv.MEDIA_TYPE),
          XML,
          MediaType.valueOf(NmapXml.MEDIA_TYPE));

  private final ContentNegotiationStrategy header = new HeaderContentNegotiationStrategy();

  @Override
  public List<MediaType> resolveMediaTypes(NativeWebRequest request)
      throws HttpMediaTypeNotAcceptableException {
    String name = request.getParameter(PARAMETER);
    MediaType named = name == null ? null : BY_NAME.get(name);
    if (named != null) {
      return List.of(named);
    }
    List<MediaType> accepted = header.resolveMediaTypes(request);
    return accepted.stream().anyMatch(MediaType.TEXT_HTML::equalsTypeAndSubtype)
            && accepted.stream().anyMatch(MediaType.ALL::equalsTypeAndSubtype)
        ? MEDIA_TYPE_ALL_LIST
        : withoutSecondChoices(accepted);
  }

  /** JSON can always be had: the other forms that are liked less must not be taken for it. */
  private static List<MediaType> withoutSecondChoices(List<MediaType> mostLikedFirst) {
    List<MediaType> kept = new ArrayList<>();
    boolean json = false;
    for (MediaType one : mostLikedFirst) {
      if (!json || BY_NAME.values().stream().noneMatch(one::equalsTypeAndSubtype)) {
        kept.add(one);
      }
      json |= one.includes(MediaType.APPLICATION_JSON);
    }
    return kept;
  }

  static void check(@Nullable String name) {
    Words.oneOf(PARAMETER, name, NAMES);
  }
}
