package io.portprint.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.tags.Tag;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.databind.json.JsonMapper;

/** The API document. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

  private static final String KEY_SCHEME = "apiKey";
  private static final String PROBLEM = "#/components/schemas/Problem";
  private static final String JSON = org.springframework.http.MediaType.APPLICATION_JSON_VALUE;
  private static final String PROBLEM_JSON =
      org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE;

  /** The records that responses are made of. */
  private static final List<Class<? extends Record>> RESPONSES =
      List.of(
          JobView.class,
          JobView.Counts.class,
          JobView.Page.class,
          EstimateView.class,
          EstimateView.ByTransport.class,
          JobView.WebhookView.class,
          JobNoticeView.class,
          ProgressView.class,
          EventView.Progress.class,
          EventView.Found.class,
          EventView.End.class,
          FingerprintView.class,
          FingerprintView.EndpointView.class,
          FingerprintView.ServiceView.class,
          FingerprintView.AlternativeView.class,
          FingerprintView.ImpostorView.class,
          FingerprintView.TlsView.class,
          FingerprintView.CertificateView.class,
          FingerprintView.EvidenceView.class,
          FingerprintView.SpanView.class,
          FingerprintView.Page.class,
          DiffView.class,
          DiffView.SideView.class,
          DiffView.Counts.class,
          DiffView.Page.class,
          ExchangeView.class,
          ExchangeView.TurnView.class,
          ReplayView.class,
          ReplayView.TrialView.class,
          LessonView.class,
          LessonView.FieldView.class,
          LessonView.TokenView.class,
          LessonView.ReactionView.class,
          LessonView.CandidateView.class,
          CaptureView.class,
          CaptureView.UnreadView.class,
          CaptureView.DamageView.class,
          FlowView.class,
          FlowView.PeerView.class,
          FlowView.SideView.class,
          FlowView.Page.class,
          FlowView.Turns.class,
          FlowView.TurnView.class,
          PublicationView.class,
          PublicationView.TrialView.class,
          ProbeView.class,
          ProbeView.Page.class,
          Problem.class);

  private static final Class<io.swagger.v3.oas.annotations.media.Schema> SCHEMA =
      io.swagger.v3.oas.annotations.media.Schema.class;

  /** What any call may answer with. */
  private static final List<ProblemType> ALWAYS =
      List.of(
          ProblemType.MISSING_KEY,
          ProblemType.UNKNOWN_KEY,
          ProblemType.LOOPBACK_ONLY,
          ProblemType.CROSS_SITE,
          ProblemType.NOT_ACCEPTABLE,
          ProblemType.FOREIGN_HOST,
          ProblemType.UNEXPECTED);

  @Bean
  OpenAPI document(ObjectProvider<BuildProperties> build) {
    BuildProperties known = build.getIfAvailable();
    return new OpenAPI()
        .info(
            new Info()
                .title("Portprint")
                .version(known == null ? "unbuilt" : known.getVersion())
                .description(
                    """
                    Tells what is really behind an address and a port: the protocol, product and version, how sure it is, and \
                    the bytes that prove it.

                    Only addresses inside the operator's scope are probed; until the operator sets `portprint.scope.allow`, \
                    that is this machine alone. Durations are ISO 8601, times are UTC. Refusals are problem details \
                    (RFC 9457) of media type `application/problem+json`; each `type` leads to its documentation, and \
                    `/problems` lists them all.\
                    """)
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
        .components(
            new Components()
                .addSecuritySchemes(
                    KEY_SCHEME,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.APIKEY)
                        .in(SecurityScheme.In.HEADER)
                        .name(ClientFilter.KEY)
                        .description(
                            "Needed where the operator has set keys. Without any, this machine may"
                                + " ask freely.")))
        .tags(
            List.of(
                new Tag().name("Look-ups").description("One endpoint, now."),
                new Tag().name("Jobs").description("Many endpoints, in the background."),
                new Tag()
                    .name("Exchanges")
                    .description("Conversations of your own making, and what they teach."),
                new Tag().name("Captures").description("Recorded traffic, looked into."),
                new Tag().name("Knowledge").description("What can be recognised.")))
        // either a key, or nothing: which of them holds is the operator's choice
        .security(
            List.of(new SecurityRequirement().addList(KEY_SCHEME), new SecurityRequirement()));
  }

  @Bean
  OperationCustomizer refusals(JsonMapper json) {
    return (operation, handler) -> {
      Map<Integer, List<ProblemType>> byStatus =
          types(handler)
              .collect(
                  Collectors.groupingBy(
                      ProblemType::status, TreeMap::new, Collectors.toCollection(ArrayList::new)));
      byStatus.forEach(
          (status, types) ->
              operation
                  .getResponses()
                  .addApiResponse(Integer.toString(status), response(types, json)));
      return operation;
    };
  }

  private static Stream<ProblemType> types(HandlerMethod handler) {
    Refuses refuses = handler.getMethodAnnotation(Refuses.class);
    return Stream.concat(
            refuses == null ? Stream.empty() : Arrays.stream(refuses.value()), ALWAYS.stream())
        .distinct();
  }

  private static ApiResponse response(List<ProblemType> types, JsonMapper json) {
    MediaType content = new MediaType().schema(new Schema<>().$ref(PROBLEM));
    for (ProblemType type : types) {
      content.addExamples(
          type.slug(),
          new Example()
              .summary(type.title())
              .value(json.convertValue(Problem.of(type, type.meaning()), Map.class)));
    }
    ApiResponse response =
        new ApiResponse()
            .description(
                types.stream().map(ProblemType::title).collect(Collectors.joining(". ", "", ".")))
            .content(new Content().addMediaType(PROBLEM_JSON, content));
    switch (types.getFirst().status()) {
      case 401 -> response.addHeaderObject("WWW-Authenticate", header("How to name yourself."));
      case 429, 503 ->
          response.addHeaderObject("Retry-After", header("Seconds to wait before another try."));
      default -> {}
    }
    return response;
  }

  private static Header header(String description) {
    return new Header().description(description).schema(new StringSchema());
  }

  @Bean
  OpenApiCustomizer examples(JsonMapper json) {
    return document -> {
      ModelConverters.getInstance(true)
          .read(Problem.class)
          .forEach((name, schema) -> document.getComponents().addSchemas(name, schema));
      RESPONSES.forEach(type -> complete(document, type));

      Map<String, Object> examples = new LinkedHashMap<>();
      examples.put("Job", Examples.job());
      examples.put("JobEstimate", Examples.estimate());
      examples.put("Fingerprint", Examples.fingerprint());
      examples.put("Probe", Examples.probe());
      examples.forEach(
          (name, example) ->
              schema(document, name).setExample(json.convertValue(example, Map.class)));

      MediaType body = submission(document);
      Examples.JOB_REQUESTS.forEach(
          request ->
              body.addExamples(
                  request.getKey(),
                  new Example().value(json.readValue(request.getValue(), Map.class))));
      document.getPaths().forEach(OpenApiConfiguration::placeProblems);
    };
  }

  /**
   * Says of a response which members are always there, and which can be null: springdoc reads
   * neither off a record.
   */
  private static void complete(OpenAPI document, Class<? extends Record> type) {
    Schema<?> schema = schema(document, type.getAnnotation(SCHEMA).name());
    boolean nullsAreLeftOut = type.isAnnotationPresent(JsonInclude.class);
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (!nullable || !nullsAreLeftOut) {
        required.add(component.getName());
      }
      if (nullable && !nullsAreLeftOut) {
        schema.getProperties().compute(component.getName(), (name, property) -> orNull(property));
      }
    }
    schema.setRequired(required);
  }

  private static Schema<?> orNull(Schema<?> property) {
    if (property.get$ref() == null) {
      Set<String> types = new LinkedHashSet<>(property.getTypes());
      types.add("null");
      property.setTypes(types);
      return property;
    }
    Schema<?> reference = new JsonSchema();
    reference.set$ref(property.get$ref());
    Schema<?> none = new JsonSchema();
    none.setTypes(Set.of("null"));
    Schema<?> either = new JsonSchema();
    either.setDescription(property.getDescription());
    either.setOneOf(List.of(reference, none));
    return either;
  }

  /** Fills in, for the examples of problems, where they arise. */
  @SuppressWarnings("unchecked")
  private static void placeProblems(String path, PathItem item) {
    item.readOperations().stream()
        .flatMap(operation -> operation.getResponses().values().stream())
        .filter(response -> response.getContent() != null)
        .map(response -> response.getContent().get(PROBLEM_JSON))
        .filter(Objects::nonNull)
        .flatMap(content -> content.getExamples().values().stream())
        .forEach(example -> ((Map<String, Object>) example.getValue()).put("instance", path));
  }

  private static Schema<?> schema(OpenAPI document, String name) {
    return Objects.requireNonNull(document.getComponents().getSchemas().get(name), name);
  }

  private static MediaType submission(OpenAPI document) {
    PathItem jobs = Objects.requireNonNull(document.getPaths().get(JobController.PATH));
    return Objects.requireNonNull(jobs.getPost().getRequestBody().getContent().get(JSON));
  }
}
