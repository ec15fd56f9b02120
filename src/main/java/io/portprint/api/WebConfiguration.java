package io.portprint.api;

import io.portprint.api.BodyLimitFilter.Bound;
import io.portprint.capture.CaptureProperties;
import java.util.List;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** Bounds and refusals around the handlers. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(new KnownParameters()).addPathPatterns("/api/**", "/problems/**");
  }

  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
    configurer.strategies(List.of(new Forms()));
  }

  /** After the security chain: who may not ask is not told of bounds. */
  @Bean
  FilterRegistrationBean<BodyLimitFilter> bodyLimit(
      ApiProperties properties, CaptureProperties captures, Problems problems) {
    Bound body = new Bound(ProblemType.BODY_TOO_LARGE, properties.maxBody().toBytes());
    Bound capture =
        new Bound(
            ProblemType.CAPTURE_TOO_LARGE,
            captures.maxSize().toBytes() + CaptureController.AROUND_FILE);
    FilterRegistrationBean<BodyLimitFilter> filter =
        new FilterRegistrationBean<>(
            new BodyLimitFilter(
                request -> CaptureController.isUpload(request) ? capture : body, problems));
    filter.setOrder(0);
    return filter;
  }

  /** Last, so that the valve stands inside of Boot's, and what it has reported is left alone. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> problemReports(
      Problems problems, JsonMapper json) {
    return factory ->
        factory.addContextCustomizers(
            context ->
                context.getParent().getPipeline().addValve(new ProblemReportValve(problems, json)));
  }
}
