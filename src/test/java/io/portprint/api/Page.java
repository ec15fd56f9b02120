package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** A page as a browser would take it, which is well-formed and does nothing but show. */
record Page(Document document) {

  /** Elements that a page without a script, that loads nothing, is made of. */
  private static final Set<String> ELEMENTS =
      Set.of(
          ("html head meta title style body main h1 h2 h3 p dl dt dd nav a progress ul ol li b i br"
                  + " strong div span table tr th td pre details summary footer")
              .split(" "));

  private static final Set<String> ATTRIBUTES =
      Set.of(
          ("lang charset name content class id href tabindex role aria-labelledby aria-label"
                  + " aria-hidden scope value max")
              .split(" "));

  /** Parses a page, and checks what holds for any. */
  static Page of(String html) {
    assertThat(html).startsWith("<!DOCTYPE html>\n<html lang=\"en\">");
    Page page = new Page(parsed(html));
    Set<String> ids = new TreeSet<>();
    Set<String> references = new TreeSet<>();
    for (Element element : page.elements("*")) {
      assertThat(ELEMENTS).contains(element.getTagName());
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        assertThat(ATTRIBUTES).contains(element.getAttributes().item(i).getNodeName());
      }
      if (element.hasAttribute("aria-labelledby")) {
        references.add(element.getAttribute("aria-labelledby"));
      }
      if (element.hasAttribute("id")) {
        assertThat(ids.add(element.getAttribute("id"))).isTrue();
      }
      if (element.getAttribute("href").startsWith("#")) {
        references.add(element.getAttribute("href").substring(1));
      } else if (element.hasAttribute("href")) {
        assertThat(element.getAttribute("href"))
            .matches(
                "\\.\\./[0-9a-f-]{36}|evidence\\.pcapng"
                    + "|\\.\\./\\.\\./fingerprints/[0-9A-Za-z.:%]+/[0-9]+\\?transport=(tcp|udp)");
      }
    }
    assertThat(ids).containsAll(references);
    return page;
  }

  private static Document parsed(String html) {
    try {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler());
      builder.setEntityResolver(
          (publicId, systemId) -> {
            throw new SAXException("nothing is loaded: " + systemId);
          });
      return builder.parse(new InputSource(new StringReader(html)));
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError(html, e);
    }
  }

  List<Element> elements(String name) {
    NodeList all = document.getDocumentElement().getElementsByTagName(name);
    return IntStream.range(0, all.getLength()).mapToObj(i -> (Element) all.item(i)).toList();
  }

  private static boolean is(Element element, String style) {
    return List.of(element.getAttribute("class").split(" ")).contains(style);
  }

  List<Element> styled(String style) {
    return elements("*").stream().filter(one -> is(one, style)).toList();
  }

  String style() {
    return elements("style").getFirst().getTextContent();
  }

  String text() {
    return elements("body").getFirst().getTextContent();
  }

  /** The texts of all elements of a name. */
  List<String> texts(String name) {
    return elements(name).stream().map(Element::getTextContent).toList();
  }

  /** The stretches of the grid of a name: {@code a} for answers, {@code q} for the request. */
  List<Element> fields(String grid) {
    return styled("field").stream()
        .filter(one -> one.getAttribute("aria-labelledby").matches(grid + "[0-9]+"))
        .toList();
  }

  /**
   * What a grid shows, put together again: the messages, and for each offset the class of its mark.
   * Each stretch can be come to and is explained.
   */
  Grid grid(String name) {
    List<StringBuilder> lines = new ArrayList<>();
    List<String> marks = new ArrayList<>();
    for (Element field : fields(name)) {
      assertThat(field.getAttribute("tabindex")).isEqualTo("0");
      String mark = field.getAttribute("class").replace("field ", "");
      List<Element> parts = children(field);
      Element tip = parts.getLast();
      assertThat(is(tip, "tip")).isTrue();
      assertThat(tip.getAttribute("id")).isEqualTo(field.getAttribute("aria-labelledby"));
      int from = marks.size();
      int to = from + parts.size() - 1;
      assertThat(tip.getTextContent())
          .startsWith(
              to - from == 1
                  ? "Byte %d, ".formatted(from)
                  : "Bytes %d to %d, ".formatted(from, to - 1))
          .matches("(?s)[^:]+: .{10,}");
      for (Element column : parts.subList(0, parts.size() - 1)) {
        assertThat(is(column, "col")).isTrue();
        marks.add(mark);
        List<Element> cells = children(column);
        for (int line = 1; line < cells.size(); line++) {
          while (lines.size() < line) {
            lines.add(new StringBuilder());
          }
          lines.get(line - 1).append(cells.get(line).getTextContent().replace("\u00b7\u00b7", ""));
        }
      }
    }
    return new Grid(
        lines.stream().map(line -> Bytes.of(HexFormat.of().parseHex(line))).toList(), marks);
  }

  /** What a grid shows. */
  record Grid(List<Bytes> lines, List<String> marks) {}

  private static List<Element> children(Element element) {
    List<Element> children = new ArrayList<>();
    for (Node one = element.getFirstChild(); one != null; one = one.getNextSibling()) {
      if (one instanceof Element child) {
        children.add(child);
      }
    }
    return children;
  }
}
