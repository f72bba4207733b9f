package trellis.fhir.xml;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.validation.Generated;

class FhirXmlProperties {

    @Property(tries = 500)
    void any_resource_comes_back(@ForAll long seed) {
        var resource = Json.parse(Json.write(Generated.resource(seed)));

        assertThat(FhirXml.parse(FhirXml.write(resource, false))).isEqualTo(resource);
        assertThat(FhirXml.parse(FhirXml.write(resource, true))).isEqualTo(resource);
    }

    @Property(tries = 500)
    void xml_with_one_byte_changed_is_read_or_refused(
            @ForAll long seed, @ForAll int place, @ForAll byte other) {
        var xml = FhirXml.write(Generated.resource(seed), false);
        xml[Math.floorMod(place, xml.length)] = other;
        try {
            FhirXml.write(FhirXml.parse(xml), false);
        } catch (Refused refused) {
            assertThat(refused.problem()).isInstanceOf(Problem.BadRequest.class);
        }
    }

    @Property(tries = 200)
    void bytes_of_any_kind_are_refused(@ForAll byte[] bytes) {
        try {
            FhirXml.parse(bytes);
        } catch (Refused refused) {
            assertThat(refused.problem()).isInstanceOf(Problem.BadRequest.class);
        }
    }
}
