package io.portprint;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.portprint.probe.Probe;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.NetworkChannel;
import org.jspecify.annotations.NullMarked;

/** The arrows between the rooms. */
@AnalyzeClasses(packages = "io.portprint", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule roomsKnowOnlyWhatTheyBuildOn =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("api")
          .definedBy("io.portprint.api..")
          .layer("job")
          .definedBy("io.portprint.job..")
          .layer("engine")
          .definedBy("io.portprint.engine..")
          .layer("detect")
          .definedBy("io.portprint.detect..")
          .layer("transport")
          .definedBy("io.portprint.transport..")
          .layer("webhook")
          .definedBy("io.portprint.webhook..")
          .layer("capture")
          .definedBy("io.portprint.capture")
          .layer("publication")
          .definedBy("io.portprint.publication..")
          .layer("scope")
          .definedBy("io.portprint.scope..")
          .layer("protocols")
          .definedBy("io.portprint.probe.protocol..")
          .layer("probe")
          .definedBy("io.portprint.probe")
          .layer("signature")
          .definedBy("io.portprint.signature..")
          .layer("evidence")
          .definedBy("io.portprint.capture.evidence..")
          .layer("learning")
          .definedBy("io.portprint.capture.learning..")
          .layer("fingerprint")
          .definedBy("io.portprint.fingerprint..")
          .whereLayer("api")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("evidence")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("learning")
          .mayOnlyBeAccessedByLayers("job", "publication", "api")
          .whereLayer("publication")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("job")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers("job", "api")
          .whereLayer("detect")
          .mayOnlyBeAccessedByLayers("engine", "job", "api")
          .whereLayer("transport")
          .mayOnlyBeAccessedByLayers("detect", "engine")
          .whereLayer("protocols")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("scope")
          .mayOnlyBeAccessedByLayers("transport", "detect", "engine", "job", "webhook", "api")
          .whereLayer("webhook")
          .mayOnlyBeAccessedByLayers("job", "api")
          .whereLayer("capture")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("probe")
          .mayOnlyBeAccessedByLayers(
              "protocols", "transport", "detect", "engine", "job", "publication", "api")
          .whereLayer("signature")
          .mayOnlyBeAccessedByLayers("protocols", "probe", "detect", "publication", "api");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("io.portprint.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheTransportOpensSockets =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.portprint.transport..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Socket.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(DatagramSocket.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ServerSocket.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(NetworkChannel.class);

  @ArchTest
  static final ArchRule onlyWebhooksSpeakHttpToOthers =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.portprint.webhook..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "java.net.http..",
                  "org.apache.hc..",
                  "org.springframework.boot.http.client..",
                  "org.springframework.http.client..",
                  "org.springframework.web.client.."));

  @ArchTest
  static final ArchRule webAndJsonStayAtTheEdge =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.portprint.api..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "org.springframework.web..",
                  "org.springframework.http..",
                  "org.springframework.security..",
                  "jakarta.servlet..",
                  "com.fasterxml.jackson..",
                  "tools.jackson..",
                  "io.swagger..",
                  "org.springdoc.."));

  @ArchTest
  static final ArchRule probesAreHiddenBehindTheirContract =
      classes()
          .that()
          .implement(Probe.class)
          .should()
          .resideInAPackage("io.portprint.probe.protocol")
          .andShould()
          .notBePublic();

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes().that(resideInAPackage("io.portprint..")).should(be(inANullMarkedPackage()));

  private static DescribedPredicate<JavaClass> inANullMarkedPackage() {
    return DescribedPredicate.describe(
        "in a @NullMarked package",
        javaClass -> javaClass.getPackage().isAnnotatedWith(NullMarked.class));
  }
}
