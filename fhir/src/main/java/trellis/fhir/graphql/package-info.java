/// GraphQL over resources (https://hl7.org/fhir/R4/graphql.html): a query is read by the library's parser, held against the
/// definitions and answered from JSON. Where resources come from is the caller's ([trellis.fhir.graphql.GraphSource]).
@NullMarked
package trellis.fhir.graphql;

import org.jspecify.annotations.NullMarked;
