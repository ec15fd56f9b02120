FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
# The dependencies change seldom: a layer of their own.
COPY mvnw pom.xml ./
COPY .mvn .mvn
RUN ./mvnw -B -ntp -q dependency:go-offline
COPY LICENSE ./
COPY src src
RUN ./mvnw -B -ntp -Dmaven.test.skip=true package \
 && java -Djarmode=tools -jar target/portprint-*.jar extract --destination /portprint --application-filename portprint.jar

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="Portprint" \
      org.opencontainers.image.description="Tells what is really behind an address and a port" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /portprint
COPY --from=build /src/LICENSE ./
COPY --from=build /portprint/lib lib
COPY --from=build /portprint/portprint.jar ./
# The training run makes the cache of loaded and linked classes (JEP 483, 514). The cache fits this very Java runtime, these very
# files and this garbage collector, so it is made here, with the options of the entry point. On loopback the service needs no API
# key; the run ends once its context stands.
RUN java -XX:AOTCacheOutput=portprint.aot -Xlog:aot*=error -XX:+UseG1GC -Dspring.context.exit=onRefresh \
      -jar portprint.jar --server.address=127.0.0.1 \
 && chmod 444 portprint.aot
# Without API keys the service refuses to start here: beyond loopback it wants to know its clients.
ENV SERVER_ADDRESS=0.0.0.0 \
    SPRING_CONFIG_IMPORT=optional:configtree:/run/secrets/
USER 10001:10001
EXPOSE 8080
# The base image promises bash, but neither curl nor wget.
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && timeout 3 head -n 1 <&3 | grep -q ' 200'"]
# JDK_JAVA_OPTIONS adds to these, or overrides the ones before -jar.
ENTRYPOINT ["java", "-XX:AOTCache=portprint.aot", "-XX:+UseG1GC", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", \
  "-jar", "portprint.jar"]
