package trellis.fhir.path.engine;

import java.time.ZonedDateTime;
import java.util.List;

/// What a step is evaluated in.
///
/// @param self `$this`, which a path that begins with a name begins from
/// @param index `$index`; -1 outside of every iteration
/// @param total `$total`
/// @param origin what is the same throughout one evaluation
record Frame(List<Value> self, int index, List<Value> total, Origin origin) {

    /// @param resource `%resource`
    /// @param root `%rootResource`
    /// @param context `%context`
    record Origin(
            Node resource,
            Node root,
            List<Value> context,
            Environment environment,
            ZonedDateTime now,
            Effort effort) {}

    static Frame of(Node focus, Environment environment, Effort effort) {
        var resource = focus;
        while (!resource.isResource() && resource.parent().isPresent()) {
            resource = resource.parent().get();
        }
        var root = resource;
        while (root.name().equals("contained") && root.parent().isPresent()) {
            root = root.parent().get();
        }
        List<Value> self = List.of(focus);
        return new Frame(
                self,
                -1,
                List.of(),
                new Origin(resource, root, self, environment, environment.now(), effort));
    }

    /// Within an iteration.
    Frame at(Value item, int place) {
        return new Frame(List.of(item), place, total, origin);
    }

    Frame on(List<Value> items) {
        return new Frame(items, index, total, origin);
    }

    Frame with(List<Value> running) {
        return new Frame(self, index, running, origin);
    }

    Effort effort() {
        return origin.effort();
    }
}
