package trellis.fhir.search;

import java.util.ArrayList;
import java.util.List;
import trellis.fhir.path.Item;
import trellis.fhir.path.Path;
import trellis.fhir.path.Scope;

/// How the values of one parameter are found in a resource.
sealed interface Rule {

    SearchParameter parameter();

    void apply(Scope scope, Found out);

    /// Compiles a parameter's expression.
    static Rule of(SearchParameter parameter, SearchParameters all) {
        var path = Path.compile(parameter.expression(), parameter.base());
        if (parameter.type() != ParameterType.COMPOSITE) {
            return new Single(parameter, path, Converter.of(parameter.type()));
        }
        var parts =
                parameter.components().stream()
                        .map(component ->
                                new Single(
                                        all.find(parameter.base(), component.code()).orElseThrow(),
                                        path.then(component.expression()),
                                        Converter.of(component.type())))
                        .toList();
        return new Combined(parameter, path, parts);
    }

    /// A parameter of a type other than composite, or a part of one.
    record Single(SearchParameter parameter, Path path, Converter converter) implements Rule {

        @Override
        public void apply(Scope scope, Found out) {
            convert(path.in(scope), out);
        }

        private void convert(List<Item> items, Found out) {
            for (var i = 0; i < items.size(); i++) {
                converter.convert(parameter, items.get(i), out);
            }
        }

        private List<SearchValue> within(Scope element) {
            var found = path.in(element);
            if (found.isEmpty()) {
                return List.of();
            }
            var out = new Found(found.size());
            convert(found, out);
            return out.values();
        }
    }

    /// A composite: for each element that its expression gives, its parts' values in it.
    record Combined(SearchParameter parameter, Path path, List<Single> parts) implements Rule {

        @Override
        public void apply(Scope scope, Found out) {
            var elements = path.in(scope);
            for (var i = 0; i < elements.size(); i++) {
                var element = scope.of(elements.get(i));
                var values = new ArrayList<List<SearchValue>>(parts.size());
                for (var part : parts) {
                    var ofPart = part.within(element);
                    if (ofPart.isEmpty()) {
                        break;
                    }
                    values.add(ofPart);
                }
                if (values.size() == parts.size()) {
                    out.add(new SearchValue.Composite(parameter, i, values));
                }
            }
        }
    }
}
