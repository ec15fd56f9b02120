package io.portprint;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service: fingerprints endpoints and answers over HTTP. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class PortprintApplication {

  static void main(String[] args) {
    SpringApplication.run(PortprintApplication.class, args);
  }
}
