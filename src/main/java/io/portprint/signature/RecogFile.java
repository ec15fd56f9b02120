package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.signature.ForeignRegex.Dialect;
import io.portprint.signature.ForeignRegex.Fixup;
import io.portprint.signature.RecogRule.Example;
import io.portprint.signature.RecogRule.Param;
import io.portprint.signature.RegexTree.NotUnderstood;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads one XML file of Recog. What is no such file is a fault that names the line; a fingerprint
 * whose pattern can't be taken over is left out, and told. Document types and entities are refused.
 *
 * @see <a href="https://github.com/rapid7/recog">Recog</a>
 */
final class RecogFile {

  private final String file;
  private final String name;
  private final XMLStreamReader xml;
  private final Map<Fixup, Integer> fixups;
  private final List<String> leftOut;
  private final List<RecogRule> rules = new ArrayList<>();

  private RecogFile(
      String file,
      String name,
      XMLStreamReader xml,
      Map<Fixup, Integer> fixups,
      List<String> leftOut) {
    this.file = file;
    this.name = name;
    this.xml = xml;
    this.fixups = fixups;
    this.leftOut = leftOut;
  }

  /**
   * The fingerprints in file order.
   *
   * @param file for messages
   * @param name of the file without its ending
   * @param fixups where it is counted what had to be written otherwise
   * @param leftOut where it is told what could not be taken over
   * @throws SignatureException naming the line
   */
  static List<RecogRule> read(
      String file, String name, byte[] content, Map<Fixup, Integer> fixups, List<String> leftOut) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(content));
      try {
        RecogFile reader = new RecogFile(file, name, xml, fixups, leftOut);
        reader.fingerprints();
        return reader.rules;
      } finally {
        xml.close();
      }
    } catch (XMLStreamException broken) {
      int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNumber();
      throw new SignatureException(file + ", line " + line, "is no sound XML", broken);
    }
  }

  private void fingerprints() throws XMLStreamException {
    String field = null;
    String protocol = null;
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw fault("document types and entities are refused");
      }
      if (event != XMLStreamConstants.START_ELEMENT) {
        continue;
      }
      switch (xml.getLocalName()) {
        case "fingerprints" -> {
          String matches = xml.getAttributeValue(null, "matches");
          field = "recog." + (matches == null ? name : matches);
          protocol = xml.getAttributeValue(null, "protocol");
        }
        case "fingerprint" -> {
          if (field == null) {
            throw fault("a fingerprint stands outside of fingerprints");
          }
          fingerprint(field, protocol);
        }
        default -> throw fault("unknown element " + xml.getLocalName());
      }
    }
    if (field == null) {
      throw fault("holds no fingerprints");
    }
  }

  private void fingerprint(String field, @Nullable String protocol) throws XMLStreamException {
    int line = xml.getLocation().getLineNumber();
    String source = required("pattern");
    int flags = flags(xml.getAttributeValue(null, "flags"));
    List<Param> params = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      switch (xml.getLocalName()) {
        case "description" -> xml.getElementText();
        case "example" -> example(examples);
        case "param" -> params.add(param());
        default -> throw fault("unknown element " + xml.getLocalName());
      }
    }
    int groups = params.stream().mapToInt(Param::group).max().orElse(0);
    Pattern pattern = pattern(line, source, flags, groups);
    if (pattern != null) {
      rules.add(
          new RecogRule("recog/" + name + ":" + line, field, pattern, protocol, params, examples));
    }
  }

  private @Nullable Pattern pattern(int line, String source, int flags, int groups) {
    try {
      // Recog matches text; here the text is UTF-8, byte for byte.
      String bytes =
          new String(source.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      Pattern pattern = ForeignRegex.compile(bytes, Dialect.RUBY, flags, fixups);
      if (groups > pattern.matcher("").groupCount()) {
        leftOut.add(file + ", line " + line + ": refers to a group that is not there");
        return null;
      }
      if (!sound(pattern)) {
        leftOut.add(file + ", line " + line + ": can backtrack without end over empty parts");
        return null;
      }
      return pattern;
    } catch (PatternSyntaxException broken) {
      leftOut.add(file + ", line " + line + ": " + broken.getDescription());
      return null;
    }
  }

  /** A pattern that isn't understood is trusted: it stands in the operator's own file. */
  private static boolean sound(Pattern pattern) {
    try {
      return UnreadSteps.of(RegexTree.of(pattern)) <= UnreadSteps.LIMIT;
    } catch (NotUnderstood _) {
      return true;
    }
  }

  private int flags(@Nullable String names) {
    // In Ruby, ^ and $ are always about lines, and what Recog calls multi-line is the full stop.
    int flags = Pattern.MULTILINE;
    if (names != null) {
      for (String flag : names.split("[,|]", -1)) {
        flags |=
            switch (flag.strip()) {
              case "REG_ICASE" -> Pattern.CASE_INSENSITIVE;
              case "REG_DOT_NEWLINE", "REG_MULTILINE" -> Pattern.DOTALL;
              case "REG_LINE_ANY_CRLF" -> 0;
              default -> throw fault("unknown flag of a pattern");
            };
      }
    }
    return flags;
  }

  private Param param() throws XMLStreamException {
    String value = xml.getAttributeValue(null, "value");
    Param param =
        new Param(required("name"), position(required("pos")), value == null ? "" : value);
    xml.nextTag();
    return param;
  }

  private int position(String text) {
    try {
      int position = Integer.parseInt(text);
      if (position >= 0 && position < 100) {
        return position;
      }
    } catch (NumberFormatException broken) {
      throw new SignatureException(where(), "pos is no number", broken);
    }
    throw fault("pos is out of 0..99");
  }

  private void example(List<Example> examples) throws XMLStreamException {
    Map<String, String> expected = new HashMap<>();
    for (int at = 0; at < xml.getAttributeCount(); at++) {
      expected.put(xml.getAttributeLocalName(at), xml.getAttributeValue(at));
    }
    String encoding = expected.remove("_encoding");
    String elsewhere = expected.remove("_filename");
    String text = xml.getElementText();
    if (elsewhere != null) {
      return;
    }
    if (encoding == null) {
      examples.add(new Example(Bytes.of(text.getBytes(StandardCharsets.UTF_8)), expected));
    } else if (encoding.equals("base64")) {
      try {
        examples.add(new Example(Bytes.of(Base64.getMimeDecoder().decode(text)), expected));
      } catch (IllegalArgumentException broken) {
        throw new SignatureException(where(), "an example is no base64", broken);
      }
    } else {
      throw fault("unknown encoding of an example");
    }
  }

  private String required(String attribute) {
    String value = xml.getAttributeValue(null, attribute);
    if (value == null) {
      throw fault(attribute + " is missing");
    }
    return value;
  }

  private String where() {
    return file + ", line " + xml.getLocation().getLineNumber();
  }

  private SignatureException fault(String message) {
    return new SignatureException(where(), message);
  }
}
