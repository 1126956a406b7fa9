package dev.sluice.app.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/// What a suite says it ran.
///
/// @param tests all of them, skipped and failed ones included
/// @param failed failures, errors and cancelled tests
record Tally(int tests, int failed, int skipped) {

    /// Reads the report of a pytest run.
    static Tally ofJunitXml(Path report) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Element suite =
                    (Element)
                            factory.newDocumentBuilder()
                                    .parse(report.toFile())
                                    .getElementsByTagName("testsuite")
                                    .item(0);
            return new Tally(
                    number(suite, "tests"),
                    number(suite, "failures") + number(suite, "errors"),
                    number(suite, "skipped"));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read " + report, e);
        }
    }

    /// Sums the reports of a Surefire run, one for each class.
    static Tally ofSurefire(Path folder) throws IOException {
        Tally sum = new Tally(0, 0, 0);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".xml")).toList()) {
                Tally one = ofJunitXml(file);
                sum =
                        new Tally(
                                sum.tests + one.tests,
                                sum.failed + one.failed,
                                sum.skipped + one.skipped);
            }
        }
        return sum;
    }

    /// Reads the closing lines of a TAP report of Node's test runner.
    static Tally ofTap(Path report) throws IOException {
        String text = Files.readString(report);
        return new Tally(
                number(text, "tests"),
                number(text, "fail") + number(text, "cancelled"),
                number(text, "skipped"));
    }

    private static int number(Element suite, String attribute) {
        return Integer.parseInt(suite.getAttribute(attribute));
    }

    private static int number(String text, String word) throws IOException {
        Matcher line = Pattern.compile("(?m)^# " + word + " (\\d+)$").matcher(text);
        int found = -1;
        while (line.find()) {
            found = Integer.parseInt(line.group(1));
        }
        if (found < 0) {
            throw new IOException("the report has no line '# " + word + " N'");
        }
        return found;
    }
}
