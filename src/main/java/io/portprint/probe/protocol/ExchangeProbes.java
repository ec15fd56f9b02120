package io.portprint.probe.protocol;

import io.portprint.probe.Probe;
import io.portprint.signature.SignatureBook;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** A probe for every file of {@code exchanges}. */
@Configuration(proxyBeanMethods = false)
@Import(ExchangeProbes.Registrar.class)
class ExchangeProbes {

  static final class Registrar implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
      for (Exchange exchange : ExchangeFile.ofClassPath()) {
        registry.registerBean(
            exchange.name() + "ExchangeProbe",
            Probe.class,
            bean ->
                bean.supplier(
                    context -> new ExchangeProbe(exchange, context.bean(SignatureBook.class))));
      }
    }
  }
}
