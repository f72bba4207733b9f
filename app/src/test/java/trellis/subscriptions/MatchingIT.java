package trellis.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Caller;
import trellis.api.Selections;
import trellis.store.Matching;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Stored;

/// What is asked of one resource at hand is answered as a search of the database answers it.
class MatchingIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final List<String> QUERIES =
            List.of(
                    "_id=m-1,m-3",
                    "status=final",
                    "status:not=final",
                    "code=http://loinc.org|718-7",
                    "code=718-7",
                    "code=http://loinc.org|",
                    "code:text=haemo",
                    "subject=Patient/m-p1",
                    "patient=m-p2",
                    "date=2026-03",
                    "date=ge2026-03-02",
                    "date=lt2026-03-02",
                    "date=ne2026-03-02",
                    "date=sa2026-03-01",
                    "date=eb2026-03-03",
                    "date=le2026-03-01",
                    "date=gt2026-03-02T09:00:00Z",
                    "value-quantity=gt100",
                    "value-quantity=110",
                    "value-quantity=11|http://unitsofmeasure.org|g/dL",
                    "value-quantity=ge90|http://unitsofmeasure.org|g/L",
                    "value-quantity:missing=true",
                    "value-string:contains=ell",
                    "value-string=Well",
                    "value-string:exact=well",
                    "component-code-value-quantity=http://loinc.org|8480-6$gt120",
                    "component-code-value-quantity=http://loinc.org|8462-4$gt120",
                    "code-value-quantity=http://loinc.org|718-7$gt100",
                    "identifier=http://example.org|a",
                    "identifier=b",
                    "status=final&date=2026-03-02",
                    "status=final,amended",
                    "_filter=status eq final and date gt 2026-03-01",
                    "_tag=http://example.org|t",
                    "_lastUpdated=gt2020",
                    "_lastUpdated=lt2020");

    private static final Map<String, String> OBSERVATIONS =
            Map.of(
                    "m-1",
                    "'status':'final','code':C,'subject':{'reference':'Patient/m-p1'},'effectiveDateTime':'2026-03-01',"
                            + "'valueQuantity':{'value':110,'unit':'g/L','system':'http://unitsofmeasure.org','code':'g/L'}",
                    "m-2",
                    "'status':'amended','code':C,'subject':{'reference':'Patient/m-p2'},'effectiveDateTime':'2026-03-02T10:00:00Z',"
                            + "'valueQuantity':{'value':9.2,'unit':'g/dL','system':'http://unitsofmeasure.org','code':'g/dL'},"
                            + "'identifier':[{'system':'http://example.org','value':'a'}]",
                    "m-3",
                    "'status':'preliminary','code':{'text':'Feeling'},'subject':{'reference':'Patient/m-p1'},"
                            + "'effectivePeriod':{'start':'2026-03-02','end':'2026-03-04'},'valueString':'Well enough',"
                            + "'identifier':[{'system':'http://example.org','value':'b'}]",
                    "m-4",
                    "'meta':{'tag':[{'system':'http://example.org','code':'t'}]},'status':'final','code':{'text':'Pressure'},"
                            + "'subject':{'reference':'Patient/m-p2'},'component':["
                            + "{'code':{'coding':[{'system':'http://loinc.org','code':'8480-6'}]},'valueQuantity':{'value':130}},"
                            + "{'code':{'coding':[{'system':'http://loinc.org','code':'8462-4'}]},'valueQuantity':{'value':80}}]",
                    "m-5",
                    "'status':'final','code':C,'effectiveDateTime':'2026','valueString':'well'");

    @Test
    void each_query_finds_the_same() {
        var asking = new Asking(server, new Wire(server).machine());
        for (var id : List.of("m-p1", "m-p2")) {
            asking.keep("Patient/" + id, "{'resourceType':'Patient','id':'" + id + "'}");
        }
        OBSERVATIONS.forEach((id, more) ->
                asking.keep(
                        "Observation/" + id,
                        ("{'resourceType':'Observation','id':'" + id + "'," + more + "}")
                                .replace(
                                        "'code':C",
                                        "'code':{'coding':[{'system':'http://loinc.org','code':'718-7','display':'Haemoglobin'}]}")));
        var all =
                OBSERVATIONS.keySet().stream()
                        .map(id -> server.bean(Store.class).read("Observation", id).orElseThrow())
                        .toList();
        var faults = new ArrayList<String>();
        for (var query : QUERIES) {
            var found = new TreeSet<String>();
            for (var entry :
                    asking.json(
                                    "Observation?"
                                            + query.replace("|", "%7C")
                                                    .replace(" ", "%20")
                                                    .replace("$", "%24"))
                            .path("entry")) {
                found.add(entry.at("/resource/id").asString(""));
            }
            var held = held(query, all);
            if (!held.equals(found)) {
                faults.add(query + ": " + held + ", searched " + found);
            }
        }
        assertThat(faults).isEmpty();
    }

    private static Set<String> held(String query, List<Stored> all) {
        var criterion =
                server.bean(Selections.class)
                        .criterion(Caller.system("test"), "Observation", query, "", false);
        assertThat(Matching.beyond(criterion)).as(query).isEmpty();
        var held = new TreeSet<String>();
        for (var stored : all) {
            var resource = stored.resource();
            var content = server.bean(Preparation.class).prepare(resource);
            if (Matching.holds(List.of(criterion), content, stored.lastUpdated())) {
                held.add(stored.id());
            }
        }
        return held;
    }
}
